import { HIGHEST_PORT, LOWEST_PORT } from '../../domain/port.ts';
import type { Access, EgressAccess, IdentityAccess } from '../access.ts';
import { FACETS } from '../facet.ts';
import { FILE_RIGHTS } from '../filesystem.ts';
import { RESOURCE_UNITS, type ResourceName } from '../resources.ts';
import { Fields, integer, list, matching, object, text, word } from './fields.ts';
import { readOperations } from './read-operations.ts';

const REGISTERS = 6;
const HIGHEST_UID = 0xffff_ffff;
const register = matching(/^0x(?:0|[1-9a-f][0-9a-f]{0,15})$/, 'register such as `0x1f`');
const sha256 = matching(/^[0-9a-f]{64}$/, 'SHA-256');
const time = integer(Number.MIN_SAFE_INTEGER);
const resource = word(Object.keys(RESOURCE_UNITS) as ResourceName[]);

/** The access that a line tells of, exactly as it was written. Throws `NotTheForm`. */
export function readAccess(value: unknown, name: string): Access {
  const fields = new Fields(value, name);
  const [facet, form] = fields.exactlyOne(FACETS);
  fields.finish();
  return READERS[facet](form, `\`${facet}\``);
}

const READERS: Readonly<Record<Access['facet'], (value: unknown, name: string) => Access>> = {
  filesystem: object((fields) => ({
    facet: 'filesystem',
    path: fields.required('path', text),
    right: fields.required('right', word(FILE_RIGHTS)),
  })),
  syscalls: object((fields) => ({
    facet: 'syscalls',
    name: fields.required('name', text),
    args: fields.required('args', list(register, REGISTERS)).map(BigInt),
  })),
  process: object(readIdentity),
  egress: object(readEgress),
  inference: object((fields) => ({
    facet: 'inference',
    route: fields.required('route', text),
    model: fields.required('model', text),
  })),
  resources: object((fields) => ({
    facet: 'resources',
    resource: fields.required('resource', resource),
    amount: fields.required('amount', integer(0)),
  })),
};

function readIdentity(fields: Fields): IdentityAccess {
  const [key, value] = fields.exactlyOne(['environment', 'uid', 'reaches']);
  if (key === 'environment') return { facet: 'process', environment: text(value, '`environment`') };
  if (key === 'uid') return { facet: 'process', uid: integer(0, HIGHEST_UID)(value, '`uid`') };
  return { facet: 'process', reaches: word(['process-outside'])(value, '`reaches`') };
}

function readEgress(fields: Fields): EgressAccess {
  return {
    facet: 'egress',
    host: fields.required('host', text),
    port: fields.required('port', integer(LOWEST_PORT, HIGHEST_PORT)),
    binary: fields.required('binary', text),
    sha256: fields.optional('sha256', sha256),
    address: fields.optional('address', text),
    http: fields.optional(
      'http',
      object((inner) => ({
        method: inner.required('method', text),
        path: inner.required('path', text),
        query: inner.required('query', list(readParameter)),
        operations: readOperations(inner),
      })),
    ),
    at: fields.required('at', time),
  };
}

const readParameter = object((fields): readonly [string, string] => [
  fields.required('name', text),
  fields.required('value', text),
]);
