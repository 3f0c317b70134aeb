import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makePrivateFolder } from '../../runtime/audit/private-files.ts';
import { hostGit } from '../git/host-git.ts';
import type { GitRunner, Io } from '../io.ts';

/** The commit at the end of a branch; or why there is none. */
export type Fetched =
  | { readonly ok: true; readonly commit: string }
  | { readonly ok: false; readonly detail: string };

export type SignedBy =
  | { readonly ok: true; readonly signer: string }
  | { readonly ok: false; readonly detail: string };

/** Milliseconds. */
const TIME_LIMIT = 300_000;
const MOST_BYTES = 16 * 1024 * 1024;
const CANDIDATE = 'refs/nemoclaw/candidate';
const TAGS = 'refs/nemoclaw/tags/';
const MOST_TAGS = 16;
const LEFT_BEHIND = /\.lock'?: File exists|Unable to create '[^']*\.lock'/;

/**
 * A bare mirror of one branch below the state folder. Objects are fetched and read; nothing is ever checked out, so that no
 * attribute, filter, hook, link or submodule of the repository does anything. No configuration but what stands here counts.
 */
export class Mirror {
  /** Reads objects; never a server. */
  readonly git: GitRunner;
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.#environment = environment;
    this.git = hostGit(folder, environment);
  }

  /** Makes it where there is none. Throws the file system's own errors. */
  static open(parent: string, { environment }: Pick<Io, 'environment'>): Mirror | string {
    const problem = makePrivateFolder(parent);
    if (problem !== null) return problem;
    const folder = join(parent, 'mirror.git');
    const mirror = new Mirror(folder, cleanEnvironment(environment, folder));
    // Making it again where it is there changes nothing, and makes whole what was killed in between.
    const made = mirror.#init();
    return made.ok ? mirror : firstLine(made.detail);
  }

  #init() {
    return this.#run(dirname(this.#folder), ['init', '--quiet', '--bare', '--template=', this.#folder]);
  }

  /** Fetches a branch and the tags. What git calls a fast-forward is not asked here: see `isAncestor`. */
  fetch(address: string, branch: string): Fetched {
    const refs = [`+refs/heads/${branch}:${CANDIDATE}`, `+refs/tags/*:${TAGS}*`];
    const options = ['--quiet', '--prune', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
    const argv = ['fetch', ...options, '--no-auto-maintenance', '--', address, ...refs];
    let fetched = this.#run(this.#folder, argv);
    if (!fetched.ok && LEFT_BEHIND.test(fetched.detail)) {
      // What a killed git left locked. The mirror is a copy, so that a new one is as good.
      rmSync(this.#folder, { recursive: true, force: true });
      this.#init();
      fetched = this.#run(this.#folder, argv);
    }
    if (!fetched.ok) return fetched;
    const found = this.git(['rev-parse', '--verify', '--quiet', `${CANDIDATE}^{commit}`]);
    if (!found.ok) return { ok: false, detail: 'the branch has no commit' };
    return { ok: true, commit: new TextDecoder().decode(found.bytes).trim() };
  }

  /** Whether a commit has another one in its history, or is it. */
  isAncestor(ancestor: string, commit: string): boolean {
    return this.git(['merge-base', '--is-ancestor', ancestor, commit]).ok;
  }

  /** How many commits there are up to one, itself included, and when it was made, in milliseconds since 1970 UTC. */
  ageOf(commit: string): { readonly serial: number; readonly at: number } | null {
    const count = this.git(['rev-list', '--count', commit]);
    const made = this.git(['show', '--no-patch', '--format=%ct', commit]);
    if (!count.ok || !made.ok) return null;
    const number = (bytes: Uint8Array) => Number(new TextDecoder().decode(bytes).trim());
    return { serial: number(count.bytes), at: number(made.bytes) * 1000 };
  }

  /**
   * Who of the allowed signers signed a commit, or an annotated tag that points at it.
   *
   * @param allowedSigners absolute path of a file as ssh-keygen(1) has it
   * @param identity the only one that counts; null for each in the file
   */
  signerOf(commit: string, allowedSigners: string, identity: string | null): SignedBy {
    const first = this.#verify('verify-commit', commit, allowedSigners, identity);
    if (first.ok) return first;
    for (const tag of this.#tagsAt(commit)) {
      const signed = this.#verify('verify-tag', tag, allowedSigners, identity);
      if (signed.ok) return signed;
    }
    return first;
  }

  #tagsAt(commit: string): string[] {
    const format = '--format=%(objecttype) %(objectname)';
    const listed = this.git(['for-each-ref', `--count=${MOST_TAGS}`, `--points-at=${commit}`, format, TAGS]);
    if (!listed.ok) return [];
    return new TextDecoder()
      .decode(listed.bytes)
      .split('\n')
      .flatMap((line) => /^tag ([0-9a-f]+)$/.exec(line)?.[1] ?? []);
  }

  #verify(command: string, object: string, allowedSigners: string, identity: string | null): SignedBy {
    const settings = [
      ['gpg.ssh.allowedSignersFile', allowedSigners],
      ['gpg.ssh.program', 'ssh-keygen'],
      ['gpg.minTrustLevel', 'fully'],
      // Signatures of other kinds would start what these name.
      ...['gpg.program', 'gpg.openpgp.program', 'gpg.x509.program'].map((name) => [name, 'false'] as const),
    ].flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const verified = this.#run(this.#folder, [...settings, command, '--raw', object]);
    const said = verified.ok ? verified.said : verified.detail;
    const good = /^Good "git" signature for (.*) with (\S+) key (SHA256:\S+)$/m.exec(said);
    if (!verified.ok || good === null) return { ok: false, detail: whyNotSigned(said) };
    const [, name = '', , key] = good;
    if (identity !== null && name !== identity) return { ok: false, detail: `it is signed by ${name}` };
    return { ok: true, signer: `${name}, key ${key}` };
  }

  #run(
    cwd: string,
    argv: readonly string[],
  ): { readonly ok: true; readonly said: string } | { readonly ok: false; readonly detail: string } {
    const { spawnSync } = process.getBuiltinModule('node:child_process');
    const { status, stderr, error } = spawnSync('git', [...ALWAYS, ...argv], {
      cwd,
      env: this.#environment,
      input: '',
      maxBuffer: MOST_BYTES,
      timeout: TIME_LIMIT,
    });
    const said = new TextDecoder().decode(stderr ?? new Uint8Array());
    if (error !== undefined) {
      return {
        ok: false,
        detail: `git could not be asked (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
      };
    }
    return status === 0
      ? { ok: true, said }
      : { ok: false, detail: said === '' ? `git ended with ${status}` : said };
  }
}

/** What git and ssh-keygen say, where that would be taken for something else. */
function whyNotSigned(said: string): string {
  if (/^git ended with \d+$/.test(said)) return 'it carries no signature';
  const [, key] = /^Good "git" signature with \S+ key (SHA256:\S+)$/m.exec(said) ?? [];
  return key === undefined
    ? firstLine(said)
    : `its signature is by key ${key}, which nobody has among them, or not at the time of the commit`;
}

export function firstLine(text: string): string {
  const line = text.split('\n').find((one) => one.trim() !== '') ?? '';
  return line.replace(/^(?:fatal|error): /, '').trim() || 'git does not say why';
}

const ALWAYS = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.sshCommand', 'ssh -o BatchMode=yes'],
  ['credential.helper', ''],
  ['fetch.fsckObjects', 'true'],
  ['transfer.bundleURI', 'false'],
  ['http.followRedirects', 'false'],
  ['gc.auto', '0'],
].flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** What of the environment reaches git: nothing that git takes for a setting, and nothing of the user's own files. */
function cleanEnvironment(
  { PATH, HOME, SSH_AUTH_SOCK }: Io['environment'],
  folder: string,
): NodeJS.ProcessEnv {
  return {
    PATH,
    HOME,
    SSH_AUTH_SOCK,
    GIT_DIR: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_ALLOW_PROTOCOL: 'file:git:https:ssh',
    GIT_TERMINAL_PROMPT: '0',
    // Commits are what they say, whatever somebody wrote beside them: no signature of another one, no other parents.
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null/none',
    GIT_NO_LAZY_FETCH: '1',
    LC_ALL: 'C',
  };
}
