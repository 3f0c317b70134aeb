import type { GitRunner } from '../io.ts';

/** Bytes that git may answer with; listing a hundred thousand files takes a tenth of it. */
const MOST_BYTES = 256 * 1024 * 1024;
/** Milliseconds. */
const TIME_LIMIT = 120_000;

/**
 * Options before every command: replaced objects would show other contents than a commit has, and a repository that lacks
 * an object must not make git start the program that its own configuration names for fetching.
 */
const ALWAYS = [
  '--no-pager',
  '--no-replace-objects',
  '-c',
  'protocol.allow=never',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
];
/** An empty list of protocols counts before what the repository says of a single one, which `protocol.allow` does not. */
const SETTINGS = {
  GIT_ALLOW_PROTOCOL: '',
  LC_ALL: 'C',
  GIT_NO_LAZY_FETCH: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
};

/** The git of this machine, started in a folder. */
export function hostGit(folder: string, environment: NodeJS.ProcessEnv): GitRunner {
  return (argv, input = '') => {
    // Loaded when it is asked for: most commands never start a program.
    const { spawnSync } = process.getBuiltinModule('node:child_process');
    const { status, stdout, stderr, error } = spawnSync('git', [...ALWAYS, ...argv], {
      cwd: folder,
      env: { ...environment, ...SETTINGS },
      input,
      maxBuffer: MOST_BYTES,
      timeout: TIME_LIMIT,
    });
    if (error !== undefined) return problemOf(error);
    if (status === 0) return { ok: true, bytes: stdout };
    return { ok: false, reason: 'refused', detail: firstLineOf(stderr, status) };
  };
}

function problemOf(error: NodeJS.ErrnoException): ReturnType<GitRunner> {
  switch (error.code) {
    case 'ENOENT':
      return { ok: false, reason: 'unavailable', detail: 'there is no program `git` on the search path' };
    case 'ENOBUFS':
      return { ok: false, reason: 'too-much', detail: `it answered with more than ${MOST_BYTES} bytes` };
    case 'ETIMEDOUT':
      return { ok: false, reason: 'unavailable', detail: `it took more than ${TIME_LIMIT / 1000} seconds` };
    default:
      return {
        ok: false,
        reason: 'unavailable',
        detail: `it could not be started (${error.code ?? 'unknown'})`,
      };
  }
}

function firstLineOf(stderr: Uint8Array, status: number | null): string {
  const [line = ''] = new TextDecoder().decode(stderr).split('\n');
  const said = line.replace(/^(?:fatal|error): /, '').trim();
  return said === '' ? `it ended with ${status ?? 'a signal'}` : said;
}
