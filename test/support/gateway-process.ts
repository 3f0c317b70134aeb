import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeRecord } from '../../runtime/egress/attribution/record.ts';
import { type StateFolder, stateFolder } from '../../runtime/sandbox/state-folder.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The listening sockets and the pipe that a doorkeeper holds, and a gateway as it starts one. */
export class GatewayProcess implements AsyncDisposable {
  readonly state: StateFolder;
  readonly tcpPort: number;
  readonly udpPort: number;
  child!: ChildProcess;
  stderr = '';
  readonly #folder: string;
  #records: number;
  #starts = 0;
  /** Stands for memory that outlives a gateway: a file without a name. */
  readonly #memory: number;
  readonly #tcp = boundSocket('tcp');
  readonly #udp = boundSocket('udp');

  private constructor(folder: string, records: number) {
    this.#folder = folder;
    this.#records = records;
    const memory = join(folder, 'memory');
    this.#memory = openSync(memory, 'w+');
    rmSync(memory);
    this.state = stateFolder(join(folder, 'agent'));
    this.tcpPort = portOf(this.#tcp);
    this.udpPort = portOf(this.#udp);
  }

  /** @param table the text of the egress table; null for none */
  static async with(table: string | null): Promise<GatewayProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-gateway-'));
    const made = new GatewayProcess(folder, newPipe(folder, 0));
    mkdirSync(dirname(made.state.egressTable), { recursive: true, mode: 0o700 });
    if (table !== null) writeFileSync(made.state.egressTable, table);
    return made;
  }

  /**
   * Starts it, and waits until it listens for commands.
   *
   * @param under a program that starts it, with its words
   */
  async start(
    environment: Readonly<Record<string, string>> = {},
    under: readonly string[] = [],
  ): Promise<void> {
    this.stderr = '';
    // As a doorkeeper does: what one that died has half read would be damage to the next.
    if (this.#starts > 0) {
      closeSync(this.#records);
      this.#records = newPipe(this.#folder, this.#starts);
    }
    this.#starts += 1;
    const argv = [...under, process.execPath, 'dist/gateway.cjs', this.state.root];
    this.child = spawn(argv[0]!, argv.slice(1), {
      cwd: ROOT,
      env: { PATH: process.env.PATH, NEMOCLAW_DESCRIPTORS: '4,6,8,9', ...environment },
      stdio: [
        'ignore',
        'inherit',
        'pipe',
        'pipe',
        this.#tcp.fd,
        'ignore',
        this.#udp.fd,
        'ignore',
        this.#records,
        this.#memory,
      ],
    });
    this.child.stderr!.on('data', (text) => {
      this.stderr += text;
    });
    const isOver = () => this.child.exitCode !== null || this.child.signalCode !== null;
    for (let tries = 0; !isOver() && tries < 500; tries += 1) {
      if (await listensAt(this.state.egressControl)) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /**
   * Says that a connection from a source port of 127.0.0.1 is about to come.
   *
   * @param pid by which the test knows it again in the log
   */
  announce(
    sourcePort: number,
    to: { address: string; port: number } | null = null,
    pid: number = process.pid,
  ): void {
    // Nobody looks into the file here, so any will do where there is no curl.
    const file = statSync('/usr/bin/curl', { bigint: true, throwIfNoEntry: false });
    const { dev, ino, size, mtimeNs, ctimeNs } = file ?? statSync(process.execPath, { bigint: true });
    const record = {
      family: 4,
      sourcePort,
      ...(to ?? { address: '127.0.0.1', port: this.tcpPort }),
      pid,
      binary: '/usr/bin/curl',
      file: { device: dev, inode: ino, size, modified: mtimeNs, changed: ctimeNs },
    } as const;
    this.tell(writeRecord(record));
  }

  /** Writes a record as the doorkeeper does. */
  tell(record: Buffer): void {
    writeSync(this.#records, record);
  }

  /** As its parent stops it. @returns the exit code */
  async stop(): Promise<number | null> {
    const exited = this.child.exitCode === null ? once(this.child, 'exit') : Promise.resolve();
    (this.child.stdio[3] as { destroy(): void }).destroy();
    await exited;
    return this.child.exitCode;
  }

  async kill(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
    rmSync(this.state.egressControl, { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.kill();
    this.#tcp.close();
    this.#udp.close();
    closeSync(this.#records);
    closeSync(this.#memory);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function newPipe(folder: string, number: number): number {
  const path = join(folder, `records-${number}`);
  execFileSync('mkfifo', [path]);
  const descriptor = openSync(path, constants.O_RDWR);
  rmSync(path);
  return descriptor;
}

/** The file is there a moment before anybody listens. */
function listensAt(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** A bound socket that nobody in this process listens to; `cluster` of Node makes them so. */
interface BoundSocket {
  readonly fd: number;
  getsockname(into: { port?: number }): number;
  close(): void;
}

function boundSocket(kind: 'tcp' | 'udp'): BoundSocket {
  const make =
    kind === 'tcp'
      ? () => (net as unknown as HandleMaker)._createServerHandle('127.0.0.1', 0, 4)
      : () => (dgram as unknown as HandleMaker)._createSocketHandle('127.0.0.1', 0, 'udp4');
  const made = make();
  if (typeof made === 'number') throw new Error(`no ${kind} socket can be bound (${made})`);
  return made;
}

interface HandleMaker {
  _createServerHandle(address: string, port: number, type: number): BoundSocket | number;
  _createSocketHandle(address: string, port: number, type: string): BoundSocket | number;
}

function portOf(socket: BoundSocket): number {
  const name: { port?: number } = {};
  socket.getsockname(name);
  return name.port!;
}
