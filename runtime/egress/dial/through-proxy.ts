import type { Socket } from 'node:net';
import type { Dialled } from './dial.ts';

const LONGEST_HEAD = 16_384;
const HEAD_END = '\r\n\r\n';

/**
 * Asks a proxy that was dialled for a tunnel (RFC 9110 section 9.3.6). What the far end has sent already is put back into
 * the socket. The socket is closed where there is no tunnel.
 *
 * @param wait milliseconds for the answer
 */
export function tunnelThrough(
  socket: Socket,
  to: { readonly host: string; readonly port: number },
  authorization: string | null,
  wait = 15_000,
): Promise<Dialled> {
  const authority = `${to.host.includes(':') ? `[${to.host}]` : to.host}:${to.port}`;
  const login = authorization === null ? '' : `Proxy-Authorization: ${authorization}\r\n`;
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${login}\r\n`);
  return new Promise((resolve) => {
    let head = Buffer.alloc(0);
    const finish = (dialled: Dialled) => {
      clearTimeout(timer);
      socket.off('readable', onReadable).off('error', onFailure).off('end', onFailure);
      if (!dialled.ok) socket.on('error', () => {}).destroy();
      resolve(dialled);
    };
    const onFailure = () => finish({ ok: false, problem: 'proxy-refused' });
    // Not by `data`: a stream that flowed once has to be told to flow again, which whoever takes it cannot know.
    const onReadable = () => {
      const bytes: Buffer | null = socket.read();
      if (bytes === null) return;
      head = Buffer.concat([head, bytes]);
      const end = head.indexOf(HEAD_END);
      if (end === -1) return head.length > LONGEST_HEAD ? onFailure() : undefined;
      if (!/^HTTP\/1\.[01] 2\d\d /.test(head.toString('latin1', 0, 13))) return onFailure();
      const rest = head.subarray(end + HEAD_END.length);
      if (rest.length > 0) socket.unshift(rest);
      finish({ ok: true, socket });
    };
    const timer = setTimeout(() => finish({ ok: false, problem: 'late' }), wait);
    socket.on('readable', onReadable).once('error', onFailure).once('end', onFailure);
  });
}
