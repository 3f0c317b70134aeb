import { type CidrBlock, parseCidrBlock } from '../../domain/address.ts';
import { type HostPattern, parseHostPattern } from '../../domain/host.ts';
import { ALL_METHODS, METHOD_TAGS, type MethodSet } from '../../domain/method.ts';
import { type PortRange, parsePortRange } from '../../domain/port.ts';
import { INNER_PROTOCOLS } from '../../frontend/blueprint/inner-protocol.ts';
import {
  commitName,
  Fields,
  integer,
  list,
  matching,
  NotTheForm,
  object,
  text,
  word,
} from '../audit-event/fields.ts';
import type { BinaryPattern, EgressEntry, HttpRule } from '../egress.ts';
import type { WrittenPlace } from '../origin.ts';
import { readCredential } from './read-credential.ts';
import { readGrant } from './read-grant.ts';
import { readOperations } from './read-operations.ts';
import { extent, glob, oneSpelling } from './read-pattern.ts';
import { type EgressTable, TABLE_VERSION } from './table.ts';

/** The table, or why the text is none; the problem continues "the egress table cannot be read: ...". */
export type ReadTable =
  | { readonly ok: true; readonly table: EgressTable }
  | { readonly ok: false; readonly problem: string };

const sha256 = matching(/^[0-9a-f]{64}$/, 'SHA-256');
const digest = matching(/^sha256:[0-9a-f]{64}$/, 'digest') as (
  value: unknown,
  name: string,
) => `sha256:${string}`;

/** Reads a table. Strict: what is not exactly of the form of the known version is refused as a whole. */
export function readTable(json: string): ReadTable {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { ok: false, problem: 'it is not JSON' };
  }
  try {
    return { ok: true, table: tableOf(value) };
  } catch (error) {
    if (!(error instanceof NotTheForm)) throw error;
    return { ok: false, problem: error.message };
  }
}

function tableOf(value: unknown): EgressTable {
  const fields = new Fields(value, 'the table');
  const version = fields.required('version', integer(0));
  if (version !== TABLE_VERSION)
    throw new NotTheForm(`its version is ${version}, and ${TABLE_VERSION} is known`);
  const table = {
    name: fields.required('name', text),
    policy: fields.required('policy', digest),
    commit: fields.optional('commit', commitName),
    egress: { entries: fields.required('entries', list(readEntry)) },
    credentials: fields.optional('credentials', list(readCredential)) ?? [],
  };
  fields.finish();
  return table;
}

const readEntry = object(
  (fields): EgressEntry<WrittenPlace> => ({
    host: fields.required('host', readHost),
    ports: fields.required('ports', list(readPorts)),
    binaries: fields.required('binaries', extent(list(readBinary))),
    addresses: fields.required('addresses', extent(list(readBlock))),
    visibility: fields.required('visibility', word(['http', 'opaque', ...INNER_PROTOCOLS])),
    allow: fields.required('allow', extent(list(readRule))),
    deny: fields.required('deny', list(readRule)),
    enforcement: fields.required('enforcement', word(['enforce', 'audit'])),
    grant: fields.required('grant', readGrant),
  }),
);

function readHost(value: unknown, name: string): HostPattern {
  const written = text(value, name);
  const parsed = parseHostPattern(written);
  return oneSpelling(parsed.ok ? parsed.pattern : null, written, name);
}

function readPorts(value: unknown, name: string): PortRange {
  const parsed = parsePortRange(text(value, name));
  if (!parsed.ok) throw new NotTheForm(`${name} is no port`);
  return parsed.range;
}

function readBlock(value: unknown, name: string): CidrBlock {
  const written = text(value, name);
  const parsed = parseCidrBlock(written);
  return oneSpelling(parsed.ok ? parsed.block : null, written, name);
}

const readBinary = object(
  (fields): BinaryPattern => ({
    path: fields.required('path', glob('file')),
    sha256: fields.optional('sha256', sha256),
  }),
);

const readRule = object(
  (fields): HttpRule => ({
    methods: fields.required('methods', list(methodBits)).reduce((set, bits) => set | bits, 0),
    path: fields.required('path', extent(glob('url'))),
    query: fields.required(
      'query',
      list(
        object((inner) => ({
          key: inner.required('key', text),
          value: inner.required('value', glob('text')),
        })),
      ),
    ),
    operations: fields.required('operations', readOperations),
  }),
);

function methodBits(value: unknown, name: string): MethodSet {
  const tag = word(['*', ...METHOD_TAGS])(value, name);
  return tag === '*' ? ALL_METHODS : 2 ** METHOD_TAGS.indexOf(tag);
}
