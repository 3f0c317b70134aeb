import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { execa, type ResultPromise } from 'execa';

const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;

function sleepIn(command: string, argv: readonly string[]) {
  return execa(command, [...argv, 'sleep', '60'], { env: { PATH }, reject: false });
}
type Sleeper = ReturnType<typeof sleepIn>;

/** A network namespace that lives as long as a process that sleeps in it. */
export class Namespace {
  readonly #process: Sleeper;
  readonly #enter: readonly string[];

  private constructor(process: Sleeper) {
    this.#process = process;
    this.#enter = ['--target', String(process.pid), '--user', '--net', '--preserve-credentials', '--'];
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** A new user namespace in which the caller is root, with a network namespace of its own. */
  static async make(): Promise<Namespace> {
    return Namespace.#hold('unshare', ['--user', '--map-root-user', '--net']);
  }

  /** One more network namespace in the same user namespace. */
  async sibling(): Promise<Namespace> {
    return Namespace.#hold('nsenter', [...this.#enter, 'unshare', '--net']);
  }

  static async #hold(command: string, argv: readonly string[]): Promise<Namespace> {
    const process = sleepIn(command, argv);
    for (let tries = 0; tries < 200; tries++) {
      if (readFileSync(`/proc/${process.pid}/comm`, 'utf8') === 'sleep\n') return new Namespace(process);
      await wait(10);
    }
    throw new Error(`${command} did not get to its command`);
  }

  /** Starts a command inside; rejects when it fails. */
  run(command: string, argv: readonly string[], input?: string): ResultPromise {
    return execa('nsenter', [...this.#enter, command, ...argv], {
      env: { PATH },
      ...(input !== undefined && { input }),
    });
  }

  async end(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#process;
  }
}

/** Runs a command in a fresh network namespace where the caller is root, so that packet filters can be checked. */
export async function inNewNamespace(command: string, argv: readonly string[], input: string) {
  const all = ['--user', '--map-root-user', '--net', '--', command, ...argv];
  return execa('unshare', all, { input, env: { PATH }, reject: false });
}
