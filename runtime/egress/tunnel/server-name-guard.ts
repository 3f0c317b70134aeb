import { isIP } from 'node:net';
import { type ClientHello, readClientHello } from '../arrival/client-hello.ts';
import type { Guard } from './relay.ts';

/** No ClientHello is longer. */
const MOST_HELD = 80_000;
const DAMAGED = 'TLS begins with a damaged message';

/** Why what a client says in TLS is not the host that was decided about; null where it is. */
export function serverNameProblem(name: string | null, host: string): string | null {
  // The address is what was decided about; whom the client expects there is its own affair.
  if (isIP(host) !== 0 || name === host) return null;
  return name === null ? 'TLS names no server' : `TLS names another server than \`${host}\``;
}

/** The same where the gateway itself answers: a client that names a server at an address means another host than it. */
function interceptedNameProblem(name: string | null, host: string): string | null {
  return isIP(host) !== 0 && name !== null
    ? `TLS names a server at the address \`${host}\``
    : serverNameProblem(name, host);
}

/** Why a stream that the gateway itself would answer is not taken, by how it begins; null where it may be. */
export function interceptedHelloProblem(begins: ClientHello, host: string): string | null {
  if (begins.kind === 'damaged') return DAMAGED;
  return begins.kind === 'hello' ? interceptedNameProblem(begins.name, host) : null;
}

/** Lets a stream pass that does not begin as TLS, and one whose server name is the host that was decided about. */
export function serverNameGuard(host: string): Guard {
  let seen: Buffer = Buffer.alloc(0);
  return (bytes) => {
    seen = seen.length === 0 ? bytes : Buffer.concat([seen, bytes]);
    const hello = readClientHello(seen);
    if (hello.kind === 'not-tls') return seen;
    if (hello.kind === 'more' && seen.length <= MOST_HELD) return null;
    if (hello.kind !== 'hello') return { problem: DAMAGED };
    const problem = serverNameProblem(hello.name, host);
    return problem === null ? seen : { problem };
  };
}
