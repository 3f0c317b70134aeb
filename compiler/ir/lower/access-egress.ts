import {
  accessAddress,
  accessHost,
  accessIncomplete,
  accessMethod,
  accessPort,
  accessUrl,
} from '../../diagnostics/catalog/access.ts';
import { binaryHash } from '../../diagnostics/catalog/egress.ts';
import { operationIncomplete } from '../../diagnostics/catalog/operations.ts';
import { nearestWord } from '../../diagnostics/nearest-word.ts';
import { parseAddress } from '../../domain/address.ts';
import { type Host, parseHost } from '../../domain/host.ts';
import { METHOD_TAGS } from '../../domain/method.ts';
import { parsePortRange } from '../../domain/port.ts';
import { urlPathReadings } from '../../domain/url-path.ts';
import type { WrittenConnection } from '../../frontend/blueprint/written-access.ts';
import type { Located } from '../../source/span.ts';
import type { EgressAccess } from '../access.ts';
import type { AccessReading } from './access.ts';
import { firstKey, lowerOperation } from './access-operation.ts';

const SHA256 = /^[0-9a-f]{64}$/;
const BAD_ESCAPE = /%(?![0-9a-f]{2})/i;

/** One connection: a request, or a stream that nobody looks into. Null when anything about it cannot be tried. */
export function lowerConnection(
  written: WrittenConnection,
  at: number,
  reading: AccessReading,
): EgressAccess | null {
  const host = hostOf(written.host, reading);
  const port = portOf(written.port, reading);
  const binary = reading.path(written.binary);
  const sha256 = hashOf(written.sha256, reading);
  const address = host === null ? null : addressOf(written, host, reading);
  const http = requestOf(written, reading);
  const isWhole = host !== null && port !== null && binary !== null && reading.diagnostics.length === 0;
  if (!isWhole) return null;
  return { facet: 'egress', host: written.host.value, port, binary, sha256, address, http, at };
}

function hostOf({ value, span }: Located<string>, reading: AccessReading): Host | null {
  if (/[*?]/.test(value)) return reading.refuse(accessHost, span, { host: value, problem: 'pattern' });
  const parsed = parseHost(value);
  return parsed.ok ? parsed.host : reading.refuse(accessHost, span, { host: value, problem: parsed.problem });
}

function portOf({ value, span }: Located<string | number>, reading: AccessReading): number | null {
  const parsed = parsePortRange(value);
  if (parsed.ok && parsed.range.low === parsed.range.high) return parsed.range.low;
  return reading.refuse(accessPort, span, { port: String(value) });
}

function hashOf(sha256: Located<string> | null, reading: AccessReading): string | null {
  if (sha256 === null) return null;
  const digest = sha256.value.toLowerCase();
  return SHA256.test(digest) ? digest : reading.refuse(binaryHash, sha256.span, { text: sha256.value });
}

/** Two addresses at once would be an access that cannot exist, which is denied whatever the blueprint says. */
function addressOf(
  { address, host: written }: WrittenConnection,
  host: Host,
  reading: AccessReading,
): string | null {
  if (address === null) return null;
  const parsed = parseAddress(address.value);
  if (!parsed.ok) return reading.refuse(accessAddress, address.span, { address: address.value, host: null });
  if (host.kind === 'address' && host.address !== parsed.address) {
    return reading.refuse(accessAddress, address.span, { address: address.value, host: written.value });
  }
  return address.value;
}

function requestOf(
  { method, path, operation }: WrittenConnection,
  reading: AccessReading,
): EgressAccess['http'] {
  if (method === null && path === null) {
    const inside = operation && firstKey(operation);
    if (inside === null) return null;
    return reading.refuse(operationIncomplete, inside.part.span, { given: inside.key, missing: 'method' });
  }
  if (method === null)
    return reading.refuse(accessIncomplete, path!.span, { given: 'path', missing: 'method' });
  if (path === null)
    return reading.refuse(accessIncomplete, method.span, { given: 'method', missing: 'path' });
  if (!METHOD_TAGS.includes(method.value)) {
    const nearest = nearestWord(method.value, METHOD_TAGS);
    reading.refuse(accessMethod, method.span, { method: method.value, nearest });
  }
  const cut = path.value.indexOf('?');
  const [own, query] = cut === -1 ? [path.value, ''] : [path.value.slice(0, cut), path.value.slice(cut + 1)];
  const problem = urlProblem(own, query);
  if (problem !== null) return reading.refuse(accessUrl, path.span, { text: path.value, problem });
  const operations = lowerOperation(operation, reading);
  return { method: method.value, path: own, query: [...new URLSearchParams(query)], operations };
}

function urlProblem(path: string, query: string): string | null {
  if (`${path}${query}`.includes('#')) return 'fragment';
  const parsed = urlPathReadings(path);
  if (!parsed.ok) return parsed.problem;
  return BAD_ESCAPE.test(query) ? 'bad-escape' : null;
}
