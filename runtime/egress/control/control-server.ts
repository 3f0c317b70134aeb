import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { Gateway } from '../gateway.ts';
import type { TableFiles } from './table-files.ts';

const LONGEST_LINE = 65_536;

/** One command of the control socket, a line of JSON. */
type Command = { readonly replace: string } | { readonly status: true };

/**
 * Listens for commands of the user that started the gateway: `{"replace": PATH}` puts the table of a file in force,
 * `{"status": true}` says what is in force. Each line is answered by one line, `{"ok": true, ...}` or
 * `{"ok": false, "problem": ...}`. Rejects when the socket cannot be made.
 *
 * @param path below the sandbox's state folder, which nobody else may enter
 */
export async function serveControl(path: string, gateway: Gateway, tables: TableFiles): Promise<Server> {
  rmSync(path, { force: true });
  const server = createServer((socket) => listen(socket, gateway, tables));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // The socket is made within the call, and for this user alone from its first moment on.
    const before = process.umask(0o177);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
    process.umask(before);
  });
  return server;
}

function listen(socket: Socket, gateway: Gateway, tables: TableFiles): void {
  let waiting = '';
  let answering = Promise.resolve();
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.on('data', (text: string) => {
    waiting += text;
    const lines = waiting.split('\n');
    waiting = lines.pop()!;
    if (waiting.length > LONGEST_LINE) return void socket.destroy();
    for (const line of lines) {
      // One after the other, so that answers come in the order of commands.
      answering = answering
        .then(() => obey(line, gateway, tables))
        .catch(() => ({ ok: false, problem: 'it cannot be written down' }))
        .then((answer) => void socket.write(`${JSON.stringify(answer)}\n`));
    }
  });
}

async function obey(line: string, gateway: Gateway, tables: TableFiles): Promise<object> {
  const command = readCommand(line);
  if (command === null) return { ok: false, problem: 'it is no command' };
  if ('status' in command) return { ok: true, ...gateway.status };
  return tables.load(command.replace);
}

/** Strict: exactly one key, and of its kind. */
function readCommand(line: string): Command | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return null;
  const { replace, status } = value as { replace?: unknown; status?: unknown };
  if (typeof replace === 'string') return { replace };
  return status === true ? { status } : null;
}
