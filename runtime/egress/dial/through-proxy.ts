import { type Connection, DEAF } from '../wire/connection.ts';
import type { Dialled } from './dial.ts';

const LONGEST_HEAD = 16_384;
const HEAD_END = '\r\n\r\n';

/**
 * Asks a proxy that was dialled for a tunnel (RFC 9110 section 9.3.6). The connection is closed where there is no tunnel.
 *
 * @param wait milliseconds for the answer
 */
export function tunnelThrough(
  connection: Connection,
  to: { readonly host: string; readonly port: number },
  authorization: string | null,
  wait = 15_000,
): Promise<Dialled> {
  const authority = `${to.host.includes(':') ? `[${to.host}]` : to.host}:${to.port}`;
  const login = authorization === null ? '' : `Proxy-Authorization: ${authorization}\r\n`;
  return new Promise((resolve) => {
    let head: Buffer = Buffer.alloc(0);
    const finish = (dialled: Dialled) => {
      clearTimeout(timer);
      connection.pause();
      connection.ears = DEAF;
      if (!dialled.ok) connection.close();
      resolve(dialled);
    };
    const refused = () => finish({ ok: false, problem: 'proxy-refused' });
    const timer = setTimeout(() => finish({ ok: false, problem: 'late' }), wait);
    connection.ears = {
      bytes: (bytes) => {
        head = Buffer.concat([head, bytes]);
        const end = head.indexOf(HEAD_END);
        if (end === -1) return head.length > LONGEST_HEAD ? refused() : undefined;
        if (!/^HTTP\/1\.[01] 2\d\d /.test(head.toString('latin1', 0, 13))) return refused();
        finish({ ok: true, connection, held: head.subarray(end + HEAD_END.length) });
      },
      ended: refused,
      drained: () => {},
      closed: refused,
    };
    connection.write(Buffer.from(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${login}\r\n`));
    connection.resume();
  });
}
