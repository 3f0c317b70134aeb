import { questionOfOneKey, type ServedLines, serveLines } from '../../line-socket.ts';
import type { Gateway } from '../gateway.ts';
import type { TableFiles } from './table-files.ts';

/** One command of the control socket, a line of JSON. */
type Command = { readonly replace: string } | { readonly status: true };

/**
 * Listens for commands of the user that started the gateway: `{"replace": PATH}` puts the table of a file in force,
 * `{"status": true}` says what is in force. Each line is answered by one line, `{"ok": true, ...}` or
 * `{"ok": false, "problem": ...}`. Rejects when the socket cannot be made.
 *
 * @param path below the sandbox's state folder, which nobody else may enter
 */
export function serveControl(path: string, gateway: Gateway, tables: TableFiles): Promise<ServedLines> {
  const problem = { ok: false, problem: 'it cannot be written down' };
  return serveLines(path, (line) => obey(line, gateway, tables).catch(() => problem));
}

async function obey(line: string, gateway: Gateway, tables: TableFiles): Promise<object> {
  const command = readCommand(line);
  if (command === null) return { ok: false, problem: 'it is no command' };
  if ('status' in command) return { ok: true, ...gateway.status };
  return tables.load(command.replace);
}

/** Strict: exactly one key, and of its kind. */
function readCommand(line: string): Command | null {
  const { replace, status } = questionOfOneKey(line) ?? {};
  if (typeof replace === 'string') return { replace };
  return status === true ? { status } : null;
}
