import { closeSync, openSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { basename, dirname } from 'node:path';

/** `absent`: nobody listens there. `refused`: whoever does said no, or did not answer. */
export type SocketAnswer<T> =
  | ({ readonly ok: true } & T)
  | { readonly ok: false; readonly reason: 'absent' | 'refused'; readonly problem: string };

/** A socket that is listened on. */
export interface ServedLines {
  /** Ends every connection, and takes the socket away. */
  close(): void;
}

/** Milliseconds; whoever is asked may have to write to a log before it answers. */
const TIME_LIMIT = 30_000;
/** Milliseconds after which a client that says nothing is let go: longer than any waits for its answer. */
const LONGEST_SILENCE = 2 * TIME_LIMIT;
const LONGEST_LINE = 65_536;
const MOST_CLIENTS = 64;
/** Bytes of a socket's path (`sun_path` of unix(7), without its end). Node cuts off what is longer, and says nothing. */
const LONGEST_PATH = 107;

/**
 * Listens on a Unix socket of this user alone. Each line of a client is answered by one line of JSON, one after the other.
 * Rejects when the socket cannot be made.
 *
 * @param path below a folder that nobody else may enter; what lies there of an earlier run goes away
 */
export async function serveLines(
  path: string,
  answer: (line: string) => Promise<object> | object,
): Promise<ServedLines> {
  rmSync(path, { force: true });
  const short = shortPath(path);
  const clients = new Set<Socket>();
  const server = createServer((socket) => {
    clients.add(socket);
    socket.on('close', () => clients.delete(socket));
    listen(socket, answer);
  });
  server.maxConnections = MOST_CLIENTS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      short.release();
      reject(error);
    });
    // The socket is made within the call, and for this user alone from its first moment on.
    const before = process.umask(0o177);
    server.listen(short.path, () => {
      server.removeAllListeners('error');
      resolve();
    });
    process.umask(before);
  });
  return {
    close: () => {
      // It takes its socket away by the name that it was given.
      server.close(short.release);
      for (const client of clients) client.destroy();
    },
  };
}

/** Nothing more is read of a client that has not taken its answers, so that they do not gather here. */
function listen(socket: Socket, answer: (line: string) => Promise<object> | object): void {
  let waiting = '';
  socket.setEncoding('utf8');
  socket.setTimeout(LONGEST_SILENCE, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', async (text: string) => {
    const lines = (waiting + text).split('\n');
    waiting = lines.pop()!;
    if (waiting.length > LONGEST_LINE) return void socket.destroy();
    socket.pause();
    for (const line of lines) await answerTo(line, socket, answer);
    socket.resume();
  });
}

/** Resolves when the answer is taken, or nobody is there to take it. */
async function answerTo(
  line: string,
  socket: Socket,
  answer: (line: string) => Promise<object> | object,
): Promise<void> {
  let said: object;
  try {
    said = await answer(line);
  } catch {
    said = { ok: false, problem: 'it cannot be answered' };
  }
  await new Promise<void>((resolve) => socket.write(`${JSON.stringify(said)}\n`, () => resolve()));
}

/**
 * Asks whoever listens there, with one line of JSON.
 *
 * @param limit milliseconds for the whole answer
 * @returns what it answered beside `ok`, not yet looked at
 */
export function askLine(
  path: string,
  question: object,
  limit = TIME_LIMIT,
): Promise<SocketAnswer<Readonly<Record<string, unknown>>>> {
  return new Promise((resolve) => {
    const found = pathIfThere(path);
    if (found === null) return resolve(absent('ENOENT'));
    const socket = connect(found.path);
    let said = '';
    let isConnected = false;
    const end = (answer: SocketAnswer<Readonly<Record<string, unknown>>>) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    // Not of silence: who says a little now and then would keep whoever asks.
    const timer = setTimeout(() => end(refused('it does not answer')), limit);
    socket.setEncoding('utf8');
    socket.on('connect', () => {
      isConnected = true;
      socket.write(`${JSON.stringify(question)}\n`);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A socket that nobody listens on is what a killed process leaves.
      const isAbsent = !isConnected && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED');
      end(isAbsent ? absent(error.code) : refused(`it cannot be asked (${error.code})`));
    });
    socket.on('close', () => {
      found.release();
      end(refused('it went away'));
    });
    socket.on('data', (text: string) => {
      said += text;
      const line = said.split('\n')[0]!;
      if (said.includes('\n')) end(answerOf(line));
      else if (said.length > LONGEST_LINE) end(notUnderstood());
    });
  });
}

export function notUnderstood() {
  return refused('its answer is not understood');
}

function answerOf(line: string): SocketAnswer<Readonly<Record<string, unknown>>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return notUnderstood();
  }
  if (typeof value !== 'object' || value === null) return notUnderstood();
  const answer = value as Record<string, unknown>;
  if (answer.ok === true) return { ...answer, ok: true };
  return refused(typeof answer.problem === 'string' ? answer.problem : 'it says no');
}

function refused(problem: string) {
  return { ok: false, reason: 'refused', problem } as const;
}

function absent(code: string | undefined) {
  return { ok: false, reason: 'absent', problem: `it cannot be asked (${code})` } as const;
}

interface ShortPath {
  readonly path: string;
  readonly release: () => void;
}

/** Another name of a long path, through its open folder; good until it is released. Throws the file system's own errors. */
function shortPath(path: string): ShortPath {
  if (Buffer.byteLength(path) <= LONGEST_PATH) return { path, release: () => {} };
  const folder = openSync(dirname(path), 'r');
  let isOpen = true;
  return {
    path: `/proc/self/fd/${folder}/${basename(path)}`,
    release: () => {
      // Once: the number may be another file's by then.
      if (isOpen) closeSync(folder);
      isOpen = false;
    },
  };
}

function pathIfThere(path: string): ShortPath | null {
  try {
    return shortPath(path);
  } catch {
    return null;
  }
}

/** A question that is an object of exactly one key; null where it is anything else. */
export function questionOfOneKey(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    const isOne = typeof value === 'object' && value !== null && Object.keys(value).length === 1;
    return isOne ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
