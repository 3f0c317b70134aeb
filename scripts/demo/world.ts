import { once } from 'node:events';
import {
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer, type ListenOptions, type Server } from 'node:net';
import { join } from 'node:path';

/** A throw-away home on the host with a workspace, a secret, and listeners that nobody inside may reach. */
export interface DemoWorld {
  readonly workdir: string;
  readonly home: string;
  readonly agent: string;
  /** A file in a read-only folder below the writable workspace. */
  readonly instructions: string;
  /** A file in the workspace that the blueprint hides. */
  readonly denied: string;
  readonly secret: string;
  readonly outside: string;
  readonly socket: string;
  readonly port4: number;
  readonly port6: number;
  readonly close: () => void;
}

export async function makeWorld(agentFolder: string): Promise<DemoWorld> {
  const home = realpathSync(mkdtempSync('/var/tmp/nemoclaw-demo-'));
  const workdir = join(home, 'workspace');
  const put = (path: string, text: string) => {
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  for (const folder of ['.agent', 'agent']) mkdirSync(join(workdir, folder), { recursive: true });
  mkdirSync(join(home, '.ssh'));
  cpSync(agentFolder, join(workdir, 'agent'), { recursive: true });
  put(join(workdir, 'README.md'), 'A workspace in which an agent works.\nThe agent may change it.\n');
  const socket = join(home, 'host.sock');
  const servers = await Promise.all([
    listen({ host: '127.0.0.1', port: 0 }),
    listen({ host: '::1', port: 0 }),
    listen({ path: socket }),
  ]);
  const [port4, port6] = servers.map((server) =>
    server ? ((server.address() as AddressInfo).port ?? 0) : 9,
  );
  return {
    workdir,
    home,
    agent: join(workdir, 'agent/agent.sh'),
    instructions: put(join(workdir, '.agent/rules.md'), 'Do no harm.\n'),
    denied: put(join(workdir, '.env'), 'TOKEN=not-a-real-one\n'),
    secret: put(join(home, '.ssh/id_demo'), 'not a real key\n'),
    outside: put(join(home, 'notes.txt'), 'notes of the user\n'),
    socket,
    port4: port4!,
    port6: port6!,
    close: () => {
      for (const server of servers) server?.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Whom the demo runs as when root starts it: an agent never runs as root, and this is nobody on every Linux. */
const NOBODY = { uid: 65534, gid: 65534 };

/** Who runs the agent, and from where the program is started so that they can read it. */
export interface OrdinaryUser {
  readonly ids: Partial<typeof NOBODY>;
  readonly packageFolder: string;
}

/** Whoever started the demo; for root, nobody with a copy of the program and the world handed over to them. */
export function ordinaryUser(world: DemoWorld, packageFolder: string): OrdinaryUser {
  if (process.getuid?.() !== 0) return { ids: {}, packageFolder };
  const copy = join(world.home, 'nemoclaw');
  for (const part of ['bin', 'dist', 'blueprints', 'schemas', 'package.json']) {
    cpSync(join(packageFolder, part), join(copy, part), { recursive: true });
  }
  handOver(world.home);
  return { ids: NOBODY, packageFolder: copy };
}

function handOver(path: string): void {
  chownSync(path, NOBODY.uid, NOBODY.gid);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) handOver(join(path, entry.name));
    else if (!entry.isSymbolicLink()) chownSync(join(path, entry.name), NOBODY.uid, NOBODY.gid);
  }
}

/** Null where the host has no such address, as without IPv6; inside there is nothing to reach either way. */
async function listen(options: ListenOptions): Promise<Server | null> {
  const server = createServer((socket) => socket.destroy()).listen(options);
  const isListening = await Promise.race([
    once(server, 'listening').then(() => true),
    once(server, 'error').then(() => false),
  ]);
  return isListening ? server : null;
}
