import { parseAddress, printAddress } from '../../../domain/address.ts';
import type { Dimension, Value } from '../../../domain/diagram/dimension.ts';
import type { Preferences } from '../../../domain/diagram/find-point.ts';
import { hostOfValue, parseHost, printHost } from '../../../domain/host.ts';
import { METHOD_TAGS, OTHER_METHOD } from '../../../domain/method.ts';
import { parseAccessedPath } from '../../../domain/path.ts';
import { canonicalUrlPath, printUrlPath } from '../../../domain/url-path.ts';
import type { EgressAccess } from '../../../ir/access.ts';
import { queryKeyOf } from '../../../ir/egress-boxes.ts';
import { seenIndex } from '../../../ir/seen.ts';
import { ANY_OPERATION, operationsAt, READABLE_OPERATIONS } from './operations.ts';

const OPAQUE_TAG = seenIndex('opaque');
const HTTPS_PORT = 443;
/** A name without a meaning of its own, for the methods that have none here. */
const SOME_OTHER_METHOD = 'X-OTHER';
/** Somewhere that everybody knows as public. */
const PUBLIC_ADDRESS = addressOf('1.1.1.1');
const WRITES_FIRST = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'];

/**
 * What an example is best made of: the usual port, a public address, a stream that nobody looks into before a request,
 * a writing method before a reading one, no query, no certain time.
 */
export const READABLE: Preferences = {
  port: [HTTPS_PORT],
  binary: ['/usr/bin/any'],
  digest: [''],
  address: [PUBLIC_ADDRESS],
  visibility: [OPAQUE_TAG],
  ...READABLE_OPERATIONS,
  method: WRITES_FIRST.map((name) => METHOD_TAGS.indexOf(name)),
  path: ['/'],
  time: [0],
};

/** What stands for a dimension that makes no difference. */
const ANYTHING: Readonly<Record<string, Value>> = {
  host: 'any.example.com',
  port: HTTPS_PORT,
  binary: '/usr/bin/any',
  digest: '',
  address: PUBLIC_ADDRESS,
  visibility: OPAQUE_TAG,
  method: METHOD_TAGS.indexOf('GET'),
  path: '/',
  ...ANY_OPERATION,
  time: 0,
};

/** The access that a point of an egress diagram stands for; null stands for a value that makes no difference. */
export function accessAt(dimensions: readonly Dimension[], point: readonly (Value | null)[]): EgressAccess {
  const values: Record<string, Value | null> = {};
  for (const [at, { name }] of dimensions.entries()) values[name] = point[at] ?? ANYTHING[name] ?? null;
  const host = hostOfValue(values.host as string);
  return {
    facet: 'egress',
    host: printHost(host),
    port: values.port as number,
    binary: values.binary as string,
    sha256: values.digest === '' ? null : (values.digest as string),
    // An address that is asked for by itself is the one that is dialled.
    address: printAddress(host.kind === 'address' ? host.address : (values.address as bigint)),
    http:
      values.visibility === OPAQUE_TAG
        ? null
        : {
            method: methodName(values.method as number),
            path: printUrlPath(values.path as string),
            query: Object.entries(values).flatMap(([name, value]) => queryValues(name, value)),
            operations: operationsAt(values),
          },
    at: values.time as number,
  };
}

/**
 * The dimension whose value in an example nobody can ask for; null when the example can be asked. A few names are told
 * apart by patterns although no client can use them: ones of too many characters, or whose last label reads as a number.
 */
export function unaskable({ host, binary, http }: EgressAccess): 'host' | 'binary' | 'path' | null {
  if (!parseHost(host).ok) return 'host';
  if (!parseAccessedPath(binary).ok) return 'binary';
  return http === null || canonicalUrlPath(http.path).ok ? null : 'path';
}

function methodName(tag: number): string {
  const name = METHOD_TAGS[tag]!;
  return name === OTHER_METHOD ? SOME_OTHER_METHOD : name;
}

/** A list is its values, each with a NUL behind it. */
function queryValues(name: string, value: Value | null): (readonly [string, string])[] {
  const key = queryKeyOf(name);
  if (key === null || typeof value !== 'string') return [];
  return value
    .split('\0')
    .slice(0, -1)
    .map((one) => [key, one] as const);
}

function addressOf(text: string): bigint {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(`${text} is no address`);
  return parsed.address;
}
