import { connect, type Socket } from 'node:net';

/** A connection that stands, or why there is none. */
export type Dialled =
  | { readonly ok: true; readonly socket: Socket }
  | { readonly ok: false; readonly problem: DialProblem };

/** `busy`: there is no descriptor left for another connection. */
export type DialProblem = 'refused' | 'unreachable' | 'late' | 'proxy-refused' | 'busy';

/** Opens a connection to an address, never to a name. Never throws. */
export type Dial = (address: string, port: number) => Promise<Dialled>;

const PROBLEMS: Readonly<Record<string, DialProblem>> = {
  ...{ ECONNREFUSED: 'refused', ETIMEDOUT: 'late', EMFILE: 'busy', ENFILE: 'busy' },
};

/** @param wait milliseconds until it counts as late */
export function dialler(wait = 15_000): Dial {
  return (address, port) =>
    new Promise((resolve) => {
      const socket = connect({
        host: address,
        port,
        allowHalfOpen: true,
        noDelay: true,
        autoSelectFamily: false,
      });
      const timer = setTimeout(() => fail('late'), wait);
      const fail = (problem: DialProblem) => {
        clearTimeout(timer);
        // An error may still come; nobody is left to hear it.
        socket.on('error', () => {});
        socket.destroy();
        resolve({ ok: false, problem });
      };
      const onError = (error: NodeJS.ErrnoException) => fail(PROBLEMS[error.code ?? ''] ?? 'unreachable');
      socket.once('error', onError);
      socket.once('connect', () => {
        clearTimeout(timer);
        socket.off('error', onError);
        resolve({ ok: true, socket });
      });
    });
}
