import type { Io } from '../../cli/io.ts';
import { readerOver } from '../support/reader.ts';

const NO_GIT = () => ({ ok: false, reason: 'unavailable', detail: 'there is no git in this world' }) as const;

/** A world in memory for commands that run inside the test, and what they printed. */
export function worldOf(files: Record<string, string>, environment: Record<string, string> = {}) {
  const printed = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      printed[name] += text;
    },
    isTerminal: false,
    isClosed: false,
  });
  const io: Io = {
    stdout: output('stdout'),
    stderr: output('stderr'),
    reader: readerOver(files),
    openStream: (path, from = 0) => {
      const text = files[path];
      if (text === undefined) return { ok: false, detail: 'no such file or folder' };
      return { ok: true, chunks: [new TextEncoder().encode(text).subarray(from)] };
    },
    environment,
    cwd: '/work',
    now: () => Date.UTC(2026, 0, 1),
    columns: 100,
    findLogFiles: (path) => {
      if (files[path] !== undefined) return { ok: true, files: [path] };
      const below = Object.keys(files).filter((name) => name.startsWith(`${path}/`));
      if (below.length === 0) return { ok: false, detail: 'no such file or folder' };
      return { ok: true, files: below.filter((name) => name.endsWith('.jsonl')).sort() };
    },
    isLogWritten: () => false,
    pause: async () => false,
    findFiles: (path) => ({ ok: true, files: [path] }),
    findProjectFiles: () =>
      Object.keys(files)
        .filter((name) => /\.ya?ml$/.test(name))
        .sort(),
    lookAt: (path) => ({ kind: files[path] === undefined ? 'missing' : 'file' }),
    replaceFile: (path, text) => {
      files[path] = text;
      return { ok: true };
    },
    readSecretFile: (path) => {
      const text = files[path];
      if (text === undefined) return { ok: false, isMissing: true, detail: 'no such file or folder' };
      return { ok: true, text };
    },
    ask: async () => null,
    git: NO_GIT,
    remoteGit: NO_GIT,
  };
  return { io, printed, files };
}
