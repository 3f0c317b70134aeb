import type { EgressAccess } from '../../../../compiler/ir/access.ts';
import { naiveAttempt, naiveDecide } from '../../../properties/difference/naive-egress.ts';
import type { Arrived } from '../../../support/egress/outside.ts';
import { authorityOf } from '../../../support/egress/wire-bytes.ts';
import type { PlainEntry } from '../../../support/plain-egress.ts';
import { type Try, usualAddress } from './tries.ts';

/** What the naive evaluator says becomes of a try. Tunnels are streams: what is let through as one is looked at no more. */
export function naiveVerdict(
  entries: readonly PlainEntry[],
  { access, client, send }: Try,
): 'allow' | 'deny' {
  const asked = (one: EgressAccess) => naiveDecide(entries, naiveAttempt(one));
  const byUrl = client === 'agent' || client === 'absolute' || (client === 'curl' && !send.isSecure);
  if (byUrl) return asked(access);
  const asStream = asked({ ...access, http: null });
  return asStream === 'allow' || access.http === null ? asStream : asked(access);
}

const PLAIN_NAME = /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/;

/** Whether the wire may be stricter than the evaluator: there are two ways to read or to write it. */
export function isDoubtful({ access: { host, http } }: Try): boolean {
  const isPlainHost = usualAddress(host) || PLAIN_NAME.test(host);
  const isPlainPath = http === null || /^\/[\x21-\x7e]*$/.test(http.path);
  return !isPlainHost || !isPlainPath;
}

/** What differs between what was sent and what arrived; nothing where it arrived as it was sent. */
export function changesOf({ access, client, send }: Try, arrived: Arrived): string[] {
  const problems: string[] = [];
  const same = (what: string, is: unknown, was: unknown) => {
    if (is !== was) problems.push(`${what} ${JSON.stringify(is)} instead of ${JSON.stringify(was)}`);
  };
  same('port', arrived.port, send.port);
  same('address', arrived.address, access.address ?? arrived.address);
  if (client.startsWith('stream')) return problems;
  same('method', arrived.method, send.method);
  same('mark', arrived.mark, send.mark);
  same('body', arrived.body, send.body ?? '');
  if (/^\/[A-Za-z0-9._~/-]*(\?|$)/.test(send.target)) same('target', arrived.target, send.target);
  else same('meaning', meaning(arrived.target), meaning(send.target));
  const usual = authorityOf(send)
    .toLowerCase()
    .replace(send.isSecure ? /:443$/ : /:80$/, '');
  const got = arrived.host.toLowerCase().replace(send.isSecure ? /:443$/ : /:80$/, '');
  if (PLAIN_NAME.test(access.host)) same('host', got, usual);
  return problems;
}

/** Escapes of what means nothing in a URL are one spelling of it. */
function meaning(target: string): string {
  return target
    .replace(/%[0-9a-f]{2}/gi, (written) => written.toUpperCase())
    .replace(/%([0-9A-F]{2})/g, (written, digits: string) => {
      const character = String.fromCharCode(Number.parseInt(digits, 16));
      return /[A-Za-z0-9._~-]/.test(character) ? character : written;
    });
}
