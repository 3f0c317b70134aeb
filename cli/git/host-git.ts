import type { GitRunner } from '../io.ts';

/** Bytes that git may answer with; listing a hundred thousand files takes a tenth of it. */
const MOST_BYTES = 256 * 1024 * 1024;
/** Milliseconds. */
const TIME_LIMIT = 120_000;

/**
 * Options before every command: replaced objects would show other contents than a commit has, hooks are programs that a
 * repository brings, and a repository that lacks an object must not make git start the program that its own configuration
 * names for fetching.
 */
const ALWAYS = [
  '--no-pager',
  '--no-replace-objects',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
];
const WITHOUT_SERVERS = ['-c', 'protocol.allow=never'];
/**
 * Nothing may wait for a person: where a password is missing, git says so and ends. A file of grafts would give commits another
 * history than they name; of one that is there git talks, so none is.
 */
const COMMON_SETTINGS = {
  LC_ALL: 'C',
  GIT_GRAFT_FILE: '/dev/null/none',
  GIT_NO_LAZY_FETCH: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
};
/** An empty list of protocols counts before what the repository says of a single one, which `protocol.allow` does not. */
const SETTINGS_WITHOUT_SERVERS = { ...COMMON_SETTINGS, GIT_ALLOW_PROTOCOL: '' };

/** Those that carry repositories; not `ext`, which starts a program that the address names. */
const PROTOCOLS = 'file:git:http:https:ssh';
const WITH_SERVERS = [
  '-c',
  'gc.auto=0',
  '-c',
  'maintenance.auto=false',
  '-c',
  'commit.gpgSign=false',
  '-c',
  'push.gpgSign=false',
  '-c',
  'i18n.commitEncoding=UTF-8',
];

/** The git of this machine, started in a folder. It reaches no server and changes nothing. */
export function hostGit(folder: string, environment: NodeJS.ProcessEnv): GitRunner {
  return runner(folder, [...ALWAYS, ...WITHOUT_SERVERS], { ...environment, ...SETTINGS_WITHOUT_SERVERS });
}

/**
 * The same for what makes commits and talks with remotes. It uses the credentials and the SSH settings of this user as
 * `git push` does, starts no hook, signs nothing and prompts for nothing.
 */
export function hostRemoteGit(folder: string, environment: NodeJS.ProcessEnv): GitRunner {
  const settings = {
    ...COMMON_SETTINGS,
    GIT_ALLOW_PROTOCOL: PROTOCOLS,
    // An empty one counts as set, and none is asked.
    GIT_ASKPASS: '',
    SSH_ASKPASS_REQUIRE: 'never',
  };
  return (argv, input) => {
    const ssh = sshSettings(folder, environment);
    return runner(folder, [...ALWAYS, ...WITH_SERVERS], { ...environment, ...settings, ...ssh })(argv, input);
  };
}

/** OpenSSH asks on the terminal itself; where the user has not chosen how it is started, it is told not to. */
function sshSettings(folder: string, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (environment.GIT_SSH_COMMAND !== undefined || environment.GIT_SSH !== undefined) return {};
  const chosen = hostGit(folder, environment)(['config', '--get', 'core.sshCommand']);
  return chosen.ok ? {} : { GIT_SSH_COMMAND: 'ssh -o BatchMode=yes' };
}

function runner(folder: string, always: readonly string[], env: NodeJS.ProcessEnv): GitRunner {
  return (argv, input = '') => {
    // Loaded when it is asked for: most commands never start a program.
    const { spawnSync } = process.getBuiltinModule('node:child_process');
    const { status, stdout, stderr, error } = spawnSync('git', [...always, ...argv], {
      cwd: folder,
      env,
      input,
      maxBuffer: MOST_BYTES,
      timeout: TIME_LIMIT,
    });
    if (error !== undefined) return problemOf(error);
    if (status === 0) return { ok: true, bytes: stdout };
    return { ok: false, reason: 'refused', detail: tellingLine(stderr, status) };
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

/** Where git names the remote before it says what is wrong, the line after that. */
const TELLING = /^(?:remote: \S|fatal: |error: | ! \[)/;

function tellingLine(stderr: Uint8Array, status: number | null): string {
  const lines = new TextDecoder().decode(stderr).split('\n');
  const line = lines.find((one) => TELLING.test(one)) ?? lines[0] ?? '';
  const said = line.replace(/^(?:fatal|error|remote): | ! /, '').trim();
  return said === '' ? `it ended with ${status ?? 'a signal'}` : withoutCredentials(said);
}

/** Addresses may hold a password before the host. */
function withoutCredentials(text: string): string {
  return text.replace(/(\w:\/\/)[^/@\s'"]*@/g, '$1');
}
