import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { program, userNamespaces } from './host.ts';

/** What a test network needs of the machine. */
export const testNetworks = [userNamespaces, program('nsenter', 'util-linux'), program('ip', 'iproute2')];

/** Makes the loopback of the namespaces usable and the names known, says so, and keeps them until it is ended. */
const KEEP =
  'mount --bind "$1" /etc/hosts && ip link set lo up && ip address add "$2" dev lo && echo ready && exec sleep infinity';

/** Where servers of a test network listen: an address that is no loopback, so that a sandbox has to leave for it. */
export const SERVER_ADDRESS = '10.99.0.1';

/**
 * A network namespace with nothing but its own loopback, in which names mean what a test says. Servers and gateways of a
 * test are started in it, so that nothing they do can leave it.
 */
export class TestNetwork {
  readonly #keeper: ChildProcess;
  readonly #started = new Set<ChildProcess>();

  private constructor(keeper: ChildProcess) {
    this.#keeper = keeper;
  }

  /**
   * @param folder for the file of names
   * @param names that mean SERVER_ADDRESS
   */
  static async open(folder: string, names: readonly string[]): Promise<TestNetwork> {
    const hosts = join(folder, 'hosts');
    writeFileSync(
      hosts,
      `127.0.0.1 localhost\n${names.map((name) => `${SERVER_ADDRESS} ${name}\n`).join('')}`,
    );
    const keeper = spawn(
      'unshare',
      [
        '--user',
        '--map-root-user',
        '--mount',
        '--net',
        'sh',
        '-c',
        KEEP,
        'sh',
        hosts,
        `${SERVER_ADDRESS}/32`,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const failed = text(keeper.stderr!).then((said) => {
      throw new Error(`no test network: ${said}`);
    });
    await Promise.race([new Promise((resolve) => keeper.stdout!.once('data', resolve)), failed]);
    failed.catch(() => {});
    return new TestNetwork(keeper);
  }

  /** Starts a program in the network, as an ordinary user there. */
  spawn(argv: readonly string[], { cwd = '/', ...options }: SpawnOptions): ChildProcess {
    const target = [
      '--target',
      String(this.#keeper.pid),
      '--user',
      '--mount',
      '--net',
      '--preserve-credentials',
    ];
    const user = ['unshare', '--user', '--map-user=1000', '--map-group=1000'];
    // Entering a mount namespace leads to its root.
    const child = spawn(
      'nsenter',
      [...target, '--', ...user, '--', 'env', '-C', String(cwd), ...argv],
      options,
    );
    this.#started.add(child);
    child.once('close', () => this.#started.delete(child));
    return child;
  }

  /** Runs a program in the network to its end. */
  async run(
    argv: readonly string[],
    options: SpawnOptions = {},
  ): Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }> {
    const child = this.spawn(argv, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
    return { exitCode: await ended, stdout, stderr };
  }

  /** Ends the network and what was started in it. */
  close(): void {
    for (const child of this.#started) child.kill('SIGTERM');
    this.#keeper.kill('SIGKILL');
  }
}
