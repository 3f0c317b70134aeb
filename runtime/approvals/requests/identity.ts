import { createHash } from 'node:crypto';
import { parseHost, printHost } from '../../../compiler/domain/host.ts';
import { canonicalUrlPath, printUrlPath } from '../../../compiler/domain/url-path.ts';
import type { EgressAccess } from '../../../compiler/ir/access.ts';
import { operationsForm } from '../../../compiler/ir/audit-event/access-form.ts';
import { recordedEgress, recordedPath } from '../../../compiler/ir/audit-event/recorded-access.ts';
import type { AskedAccess } from './request.ts';

const DIGITS = 12;
export const REQUEST_ID = /^req-[0-9a-f]{12}$/;

/**
 * What of an access makes a request, each part in its one spelling. Two refusals with the same are one request; nothing is
 * generalised. What a line of the audit log tells gives the same as the access that it tells of.
 */
export function askedOf(access: EgressAccess): AskedAccess {
  const { host, port, binary, http } = recordedEgress(access);
  const parsed = parseHost(host);
  return {
    host: parsed.ok ? printHost(parsed.host) : host,
    port,
    binary,
    http:
      http === null ? null : { method: http.method, path: pathOf(http.path), operations: http.operations },
  };
}

/** Letters, digits and a few marks, no dot at the beginning of a segment: such a path has no other spelling. */
const PLAIN_PATH = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+\/?$/;

function pathOf(raw: string): string {
  if (PLAIN_PATH.test(raw)) return raw;
  const path = canonicalUrlPath(raw);
  if (!path.ok) return raw;
  const printed = printUrlPath(path.path);
  return printed === raw ? raw : recordedPath(printed);
}

/** The identity of a request as one text. */
export function identityOf({ host, port, binary, http }: AskedAccess): string {
  const operations = http === null ? undefined : operationsForm(http.operations);
  const inside = operations === undefined ? [] : [operations];
  return JSON.stringify([host, port, binary, http?.method ?? null, http?.path ?? null, ...inside]);
}

/**
 * `req-` and the first 48 bits of the SHA-256 of sandbox and identity: the same refusal has the same id, in every process
 * and after the request was lost. Whoever finds two accesses with one id gains nothing, because the store compares both.
 */
export function requestId(sandbox: string, identity: string): string {
  const digest = createHash('sha256').update(`${sandbox}\n${identity}`).digest('hex');
  return `req-${digest.slice(0, DIGITS)}`;
}
