import type { Fields } from '../message/fields.ts';
import type { RequestHead } from '../message/head.ts';
import { isProblem, type Problem } from '../message/problem.ts';
import { type Authority, isSameHost, parseAuthority, printAuthority } from './authority.ts';
import { type PathAndQuery, parsePathAndQuery } from './path.ts';

/** Where a request goes and what it asks there. */
export interface RequestTarget extends PathAndQuery {
  readonly authority: Authority;
  readonly isSecure: boolean;
}

/** The destination of a connection, for requests that name only a path. */
export interface KnownDestination {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

const ABSOLUTE = /^(https?):\/\/([^/?]+)(.*)$/i;

/** What a client sends to a proxy: a whole URL. A Host field must say the same host (RFC 9112 section 3.2.2 lets it differ). */
export function proxyTarget(head: RequestHead): RequestTarget | Problem {
  if (head.method === 'CONNECT') return 'connect-inside';
  const match = ABSOLUTE.exec(head.target);
  if (match === null) return 'target-form';
  const isSecure = match[1]!.toLowerCase() === 'https';
  const usualPort = isSecure ? 443 : 80;
  if (match[2]!.includes('@')) return 'userinfo';
  const authority = parseAuthority(match[2]!, usualPort);
  if (authority === null) return 'bad-host';
  const problem = hostProblem(head, { ...authority, secure: isSecure });
  if (problem !== null) return problem;
  const rest = parsePathAndQuery(match[3]!.startsWith('/') ? match[3]! : `/${match[3]!}`);
  return isProblem(rest) ? rest : { ...rest, authority, isSecure };
}

/** What a client sends to the server itself: a path, or a URL that says where the connection goes anyway. */
export function originTarget(head: RequestHead, known: KnownDestination): RequestTarget | Problem {
  if (head.method === 'CONNECT') return 'connect-inside';
  if (!head.target.startsWith('/')) {
    const target = head.target === '*' ? 'target-form' : proxyTarget(head);
    if (isProblem(target)) return target;
    const isHere =
      target.isSecure === known.secure &&
      target.authority.port === known.port &&
      isSameHost(target.authority.host, known.host);
    return isHere ? target : 'host-mismatch';
  }
  const problem = hostProblem(head, known);
  if (problem !== null) return problem;
  const rest = parsePathAndQuery(head.target);
  if (isProblem(rest)) return rest;
  const { path, query, forwarded } = rest;
  const { host, port, secure: isSecure } = known;
  return { path, query, forwarded, authority: { host, port }, isSecure };
}

function hostProblem({ fields, minor }: RequestHead, known: KnownDestination): Problem | null {
  const host = onlyHost(fields);
  if (host === 'no-host') return minor === 0 ? null : 'no-host';
  if (isProblem(host)) return host;
  // Nearly all clients write it as it would be written here.
  if (host.text === printAuthority(known.host, known.port, known.secure)) return null;
  const authority = parseAuthority(host.text, known.secure ? 443 : 80);
  if (authority === null) return 'bad-host';
  return authority.port === known.port && isSameHost(authority.host, known.host) ? null : 'host-mismatch';
}

function onlyHost(fields: Fields): { readonly text: string } | Problem {
  let text: string | null = null;
  for (const { name, value } of fields) {
    if (name !== 'host') continue;
    if (text !== null) return 'two-hosts';
    text = value;
  }
  return text === null ? 'no-host' : { text };
}
