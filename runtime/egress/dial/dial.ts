import { getSystemErrorName } from 'node:util';
import { type Connection, connectTo } from '../wire/connection.ts';

/** A connection that stands and is not read yet, or why there is none. */
export type Dialled =
  | {
      readonly ok: true;
      readonly connection: Connection;
      /** What the far end has sent already. */
      readonly held: Buffer;
    }
  | { readonly ok: false; readonly problem: DialProblem };

/** `busy`: there is no descriptor left for another connection. */
export type DialProblem = 'refused' | 'unreachable' | 'late' | 'proxy-refused' | 'busy';

/** Opens a connection to an address, never to a name. Never throws. */
export type Dial = (address: string, port: number) => Promise<Dialled>;

const PROBLEMS: Readonly<Record<string, DialProblem>> = {
  ...{ ECONNREFUSED: 'refused', ETIMEDOUT: 'late', EMFILE: 'busy', ENFILE: 'busy' },
};
const NOTHING = Buffer.alloc(0);

/** @param wait milliseconds until it counts as late */
export function dialler(wait = 15_000): Dial {
  return (address, port) =>
    new Promise((resolve) => {
      const fail = (connection: Connection, problem: DialProblem) => {
        clearTimeout(timer);
        connection.close();
        resolve({ ok: false, problem });
      };
      const dialling = connectTo(address, port, (status, connection) => {
        if (status !== 0) return fail(connection, PROBLEMS[getSystemErrorName(status)] ?? 'unreachable');
        clearTimeout(timer);
        resolve({ ok: true, connection, held: NOTHING });
      });
      const timer = setTimeout(() => fail(dialling, 'late'), wait);
    });
}
