import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { buildBundle } from '../../../compiler/bundle/bundle.ts';
import { type HeldCredential, heldText } from '../../../runtime/egress/credentials/held.ts';
import { doorkeeperPath } from '../../../runtime/launcher/locate.ts';
import { GATEWAY_PORT, TRUST_FOLDER } from '../../../runtime/sandbox/door.ts';
import { startSandbox } from '../../../runtime/sandbox/start.ts';
import { hostNeeds, program, rootUser } from '../../support/host.ts';
import {
  builtPrograms,
  hostArch,
  hostTarget,
  launcher,
  sandboxes,
  workFolder,
} from '../../support/kernel.ts';
import { blueprint, policyOf, testBindings } from '../../support/policy.ts';
import { ORDINARY_USER } from '../launcher/launching.ts';

const work = workFolder();
afterAll(() => rmSync(work, { recursive: true, force: true }));

const NODE = realpathSync(process.execPath);
const ROOT = join(import.meta.dirname, '../../..');
const GATEWAY = join(import.meta.dirname, 'telling-gateway.mjs');
const doorkeeper = doorkeeperPath(ROOT, hostArch).path;

/** What the gateway was told about one connection. */
interface Told {
  readonly whole: boolean;
  readonly sourcePort: number;
  readonly from: number;
  readonly port: number;
  readonly listener: number;
  readonly address: string;
  readonly process: number;
  readonly inode: number;
  readonly bytes: number;
  /** Why the executable is not named; 0 where it is. */
  readonly lack: number;
  readonly binary: string;
  /** Calls that nobody could look into, as far as they are known to the gateway. */
  readonly unseen: readonly { readonly calls: number; readonly process: number; readonly name: string }[];
  readonly gateway: number;
  readonly starts: number;
  /** What the gateway finds in its memory of credentials; null without such. */
  readonly credentials: string | null;
  /** Bytes that a core of it may have, soft and hard; one stands for none. */
  readonly core: readonly string[];
}

/** Starts a script of Node's in a sandbox whose door leads to the telling gateway. */
function start(
  script: string,
  gatewayArguments: readonly string[] = [],
  credentials: readonly HeldCredential[] = [],
  /** Starts the programs as an ordinary user, with this done in the agent's working folder before. */
  prepare: ((workdir: string) => void) | null = null,
  gone: () => void = () => {},
) {
  const by = (program: string) => (prepare === null ? program : asOrdinaryUser(program));
  const { child, outcome } = startSandbox({
    launcher: by(launcher.path),
    plan: planOfWork((workdir) => prepare?.(workdir)),
    argv: [NODE, '-e', `${ASKING}\n(async () => { ${script} })()`],
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'inherit'],
    door: {
      doorkeeper: by(doorkeeper),
      gateway: [process.execPath, GATEWAY, ...gatewayArguments],
      env: {},
      credentials,
      gone,
    },
  });
  return { stdout: child.stdout!, outcome };
}

/** A script that starts a program as an ordinary user. */
function asOrdinaryUser(program: string): string {
  const script = join(work, `ordinary-${basename(program)}`);
  writeFileSync(script, `#!/bin/sh\nexec ${ORDINARY_USER.join(' ')} ${program} "$@"\n`, { mode: 0o755 });
  chmodSync(work, 0o755);
  return script;
}

/** The launch plan of an agent that may read Node and use a working folder of its own. */
function planOfWork(prepare: (workdir: string) => void = () => {}): Uint8Array {
  const workdir = join(work, String(Math.random()).slice(2));
  mkdirSync(workdir);
  prepare(workdir);
  const policy = policyOf(
    blueprint(`
extends: [{ preset: base }]
filesystem_policy:
  include_workdir: true
  read_only: [${JSON.stringify(dirname(dirname(NODE)))}]
`),
    { workdir },
  );
  const { bundle } = buildBundle(policy, hostTarget(), { ...testBindings, workdir }, []);
  return bundle!.artifacts.find(({ path }) => path === 'launch/plan.bin')!.bytes;
}

/** In the sandbox: `ask` connects and gives what the gateway says, or the error's code; `print` gives a line outside. */
const ASKING = `
const ask = (options) => new Promise((resolve) => {
  let said = '';
  require('node:net').connect(options).setEncoding('utf8')
    .on('data', (text) => { said += text; }).on('error', ({ code }) => resolve(code))
    .on('close', () => resolve(said === '' ? 'closed' : JSON.parse(said)));
});
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const print = (value) => console.log(JSON.stringify(value));
`;

async function inside<T>(script: string): Promise<T> {
  const { stdout, outcome } = start(script);
  const printed = await text(stdout);
  expect(await outcome).toMatchObject({ started: true, exitCode: 0 });
  return JSON.parse(printed) as T;
}

describe('a connection that leaves the sandbox', () => {
  test('is led to the gateway, with its destination and who calls', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const told = await inside<Told[]>(`print([
      await ask({ host: '93.184.216.34', port: 81 }),
      await ask({ host: '2001:db8::1', port: 82 }),
      await ask({ host: '127.0.0.1', port: ${GATEWAY_PORT} }),
      await ask({ host: '::1', port: ${GATEWAY_PORT} }),
    ])`);
    expect(told.map(({ address, port, listener }) => [address, port, listener])).toEqual([
      ['00000000000000000000ffff5db8d822', 81, 4],
      ['20010db8000000000000000000000001', 82, 6],
      ['00000000000000000000ffff7f000001', GATEWAY_PORT, 4],
      ['00000000000000000000000000000001', GATEWAY_PORT, 6],
    ]);
    const { ino, size } = statSync(NODE);
    for (const one of told) {
      expect(one).toMatchObject({ whole: true, sourcePort: one.from, binary: NODE, inode: ino, bytes: size });
    }
  });

  test('is named after its process, also when another thread connects', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const [main, thread] = await inside<Told[]>(`
      const { Worker } = require('node:worker_threads');
      const code = ${JSON.stringify(ASKING)} + "ask({ host: '192.0.2.1', port: 83 }).then((told) => " +
        "require('node:worker_threads').parentPort.postMessage(told))";
      const told = await new Promise((resolve) => new Worker(code, { eval: true }).on('message', resolve));
      print([await ask({ host: '192.0.2.1', port: 83 }), told]);
    `);
    expect(thread).toMatchObject({ process: main!.process, port: 83, binary: NODE });
  });

  test('says so where its executable cannot be named', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const told = await inside<Told[]>(`
      const { chmodSync, copyFileSync, mkdirSync, rmdirSync, rmSync } = require('node:fs');
      const { execFileSync } = require('node:child_process');
      const bash = '/bin/bash';
      const asked = (program, before = '') => JSON.parse(execFileSync(program,
        ['-c', before + 'exec 3<>/dev/tcp/93.184.216.34/81; read -r -u 3 line; echo "$line"'], { encoding: 'utf8' }));
      const deep = (bytes, letter) => {
        const top = process.cwd();
        const names = [];
        for (let left = bytes - Buffer.byteLength(top) - 2; left > 0; left -= 201) {
          const name = letter.repeat(Math.min(200, Math.max(1, left - 1)));
          mkdirSync(name);
          process.chdir(name);
          names.unshift(name);
        }
        copyFileSync(bash, 'x');
        chmodSync('x', 0o755);
        const told = asked('./x');
        rmSync('x');
        for (const name of names) {
          process.chdir('..');
          rmdirSync(name);
        }
        return told;
      };
      copyFileSync(bash, 'gone');
      chmodSync('gone', 0o755);
      print([deep(4000, 'a'), deep(4050, 'b'), deep(5000, 'c'), asked('./gone', 'rm ' + process.cwd() + '/gone;')]);
    `);
    const [named, long, longer, gone] = told;
    expect(named).toMatchObject({ lack: 0, whole: true, binary: expect.stringMatching(/a\/x$/) });
    expect(Buffer.byteLength(named!.binary)).toBe(4000);
    expect(long).toMatchObject({
      lack: 2,
      whole: true,
      binary: named!.binary.slice(0, 100).replaceAll(/a{9,}/g, (run) => 'b'.repeat(run.length)),
      port: 81,
      inode: 0,
    });
    expect(longer).toMatchObject({ lack: 2, whole: true, binary: '', port: 81, inode: 0 });
    // As the kernel calls it; no entry can mean it by the name that it had.
    expect(gone).toMatchObject({
      lack: 0,
      whole: true,
      binary: expect.stringMatching(/\/gone \(deleted\)$/),
    });
    for (const { sourcePort, from } of told) expect(sourcePort).toBe(from);
  });

  test('finds names at the gateway, whatever name server was asked', async (context) => {
    hostNeeds(context, builtPrograms, sandboxes);
    const [told, asked] = await inside<[Told, string[]]>(`
      const { Resolver } = require('node:dns').promises;
      const resolver = new Resolver();
      resolver.setServers(['203.0.113.53']);
      print([await ask({ host: 'name.example', port: 84, family: 4 }), await resolver.resolve4('other.example')]);
    `);
    expect(told).toMatchObject({ address: '00000000000000000000ffffc6120007', port: 84 });
    expect(asked).toEqual(['198.18.0.7']);
  });
});

test('calls of a program that may be run and not read are told of, and reach the loopback alone', async (context) => {
  hostNeeds(context, builtPrograms, sandboxes, rootUser, program('setpriv', 'util-linux'));
  const { stdout, outcome } = start(
    `
    const server = require('node:net').createServer((socket) => socket.end('own\\n')).listen(5000, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const unread = (script) => new Promise((resolve) => require('node:child_process')
      .execFile(process.cwd() + '/unreadable', ['-c', script], (_error, stdout, stderr) => resolve(stdout + stderr)));
    const own = await unread('exec 3<>/dev/tcp/127.0.0.1/5000; read -r -u 3 line; echo "$line"');
    const away = await unread('for try in {1..2000}; do : 3<>/dev/tcp/93.184.216.34/81; done 2>&1 | sort -u');
    await wait(1_100);
    const last = await unread(': 3<>/dev/tcp/93.184.216.34/81');
    server.close();
    print([own, away, last, await ask({ host: '93.184.216.34', port: 81 })]);
  `,
    [],
    [],
    (workdir) => {
      copyFileSync('/bin/bash', join(workdir, 'unreadable'));
      chmodSync(join(workdir, 'unreadable'), 0o711);
    },
  );
  const [own, away, last, told] = JSON.parse(await text(stdout)) as [string, string, string, Told];
  expect(await outcome).toMatchObject({ started: true, exitCode: 0 });
  expect(own).toBe('own\n');
  for (const said of [away, last]) expect(said).toContain('Connection refused');
  expect(told).toMatchObject({ whole: true, lack: 0, port: 81, binary: NODE });
  const { unseen } = told;
  for (const one of unseen) expect(one).toMatchObject({ name: 'unreadable', process: expect.any(Number) });
  // One at once, and all of the others with the next one, a second later at the soonest.
  expect(unseen[0]!.calls).toBe(1);
  expect(unseen.length).toBeGreaterThan(1);
  expect(unseen.length).toBeLessThan(10);
  // Also those of other kinds of socket, as bash has them for the name of its user.
  const all = unseen.reduce((sum, { calls }) => sum + calls, 0);
  expect([all >= 2_002, all < 2_050]).toEqual([true, true]);
});

test("the sandbox's own loopback stays its own, and datagrams go nowhere", async (context) => {
  hostNeeds(context, builtPrograms, sandboxes);
  const said = await inside<string[]>(`
    const server = require('node:net').createServer((socket) => socket.end('"own server"')).listen(5000, '127.0.0.1');
    const datagram = await new Promise((resolve) => {
      const socket = require('node:dgram').createSocket('udp4');
      socket.on('error', ({ code }) => { resolve(code); socket.close(); });
      socket.connect(123, '192.0.2.1', () => socket.send('time?'));
      setTimeout(() => { resolve('no answer'); socket.close(); }, 500).unref();
    });
    print([await ask({ host: '127.0.0.1', port: 5000 }), await ask({ host: '127.0.0.1', port: 5001 }), datagram]);
    server.close();
  `);
  expect(said.slice(0, 2)).toEqual(['own server', 'ECONNREFUSED']);
  expect(['ECONNREFUSED', 'no answer']).toContain(said[2]);
});

test('without its gateway the sandbox has no network and lives on; the next gateway serves the same sockets', async (context) => {
  hostNeeds(context, builtPrograms, sandboxes);
  const { stdout, outcome } = start(
    `
    const first = await ask({ host: '192.0.2.1', port: 85 });
    print(first);
    const refused = new Set();
    for (;;) {
      const next = await ask({ host: '192.0.2.1', port: 85 });
      if (next.gateway !== undefined && next.gateway !== first.gateway) {
        print([next, [...refused], require('node:fs').readFileSync('${TRUST_FOLDER}/greeting', 'utf8')]);
        break;
      }
      if (typeof next === 'string') refused.add(next);
      await wait(1);
    }
  `,
    ['falters'],
  );
  stdout.setEncoding('utf8');
  let printed = '';
  for await (const chunk of stdout) {
    printed += chunk;
    const lines = printed.split('\n');
    if (lines.length === 2) process.kill((JSON.parse(lines[0]!) as Told).gateway, 'SIGKILL');
  }
  const [first, second] = printed
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const [next, refused, greeting] = second as [Told, string[], string];
  expect(greeting).toBe('gateway 1');
  expect([first.starts, next.starts]).toEqual([1, 5]);
  // Refused at once, or when the next gateway is there: that depends on the moment.
  expect(refused).not.toEqual([]);
  expect(await outcome).toMatchObject({ started: true, exitCode: 0 });
});

test('the command is not started when its gateway is not', async (context) => {
  hostNeeds(context, builtPrograms, sandboxes);
  const { stdout, outcome } = start("print('started')", ['1']);
  expect(await text(stdout)).toBe('');
  expect(await outcome).toMatchObject({
    started: false,
    step: 'gateway',
    detail: 'the gateway did not start (exit code 1)',
  });
});

test('that a doorkeeper was killed is told, and not that it ended with its sandbox', async (context) => {
  hostNeeds(context, builtPrograms, sandboxes);
  const gone = vi.fn();
  const ended = start('', [], [], null, gone);
  expect(await ended.outcome).toMatchObject({ started: true, exitCode: 0 });
  expect(gone).not.toHaveBeenCalled();
  const { stdout, outcome } = start('print(1); await wait(1_000);', [], [], null, gone);
  // It prints, so the door is open.
  await once(stdout, 'data');
  process.kill((await childNamed(process.pid, 'nemoclaw-doorke'))!, 'SIGKILL');
  expect(await outcome).toMatchObject({ started: true, exitCode: 0 });
  expect(gone).toHaveBeenCalledTimes(1);
});

test('a doorkeeper whose gateway does not start ends when whoever started it was killed', async (context) => {
  hostNeeds(context, builtPrograms, sandboxes);
  const plan = join(work, 'plan.bin');
  writeFileSync(plan, planOfWork());
  const door = { doorkeeper, gateway: [NODE, '-e', 'process.exit(7)'], env: {}, credentials: [] };
  const sandbox = {
    launcher: launcher.path,
    argv: ['/bin/true'],
    env: {},
    stdio: ['ignore', 'ignore', 'ignore'],
    door,
  };
  const code = `
    const { readFileSync } = await import('node:fs');
    const { startSandbox } = await import(${JSON.stringify(join(ROOT, 'runtime/sandbox/start.ts'))});
    startSandbox({ ...${JSON.stringify(sandbox)}, plan: readFileSync(${JSON.stringify(plan)}) });`;
  const loader = join(ROOT, 'scripts/typescript.js');
  const starter = spawn(NODE, ['--import', loader, '--input-type=module', '-e', code], { stdio: 'ignore' });
  const keeper = await vi.waitUntil(() => childNamed(starter.pid!, 'nemoclaw-doorke'), { timeout: 20_000 });
  // Some time in which gateways are started and end.
  await wait(1_000);
  expect(isAlive(keeper)).toBe(true);
  starter.kill('SIGKILL');
  await vi.waitUntil(() => !isAlive(keeper), { timeout: 15_000 });
});

/** The process of a name among the children of another; null where there is none yet. */
function childNamed(parent: number, name: string): number | null {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
  const found = children.find((pid) => pid !== '' && statusOf(Number(pid)).includes(`Name:\t${name}\n`));
  return found === undefined ? null : Number(found);
}

/** One that has ended may not have been waited for. */
function isAlive(pid: number): boolean {
  return /^State:\t[^Z]/m.test(statusOf(pid));
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

test('a gateway that crashes leaves no core, in which credentials would stand', async (context) => {
  hostNeeds(context, builtPrograms, sandboxes);
  const { core } = await inside<Told>(`print(await ask({ host: '192.0.2.1', port: 83 }))`);
  expect(core).toEqual(['1', '1']);
});

test('credentials reach each gateway in memory that nobody can change, and not the sandbox', async (context) => {
  hostNeeds(context, builtPrograms, sandboxes);
  const held = [{ name: 'github', placeholder: 'p-1', secret: 'the real value'.repeat(2_000) }];
  const { stdout, outcome } = start(
    `const first = await ask({ host: '93.184.216.34', port: 81 });
     const again = [];
     for (let tries = 0; tries < 100 && again.length === 0; tries++) {
       const told = await ask({ host: '93.184.216.34', port: 82 });
       if (told.starts > first.starts) again.push(told);
       await wait(100);
     }
     print([first, ...again]);`,
    ['dies'],
    held,
  );
  const printed = await text(stdout);
  expect(await outcome).toMatchObject({ started: true, exitCode: 0 });
  const told = JSON.parse(printed) as Told[];
  expect(told.map(({ starts }) => starts)).toEqual([1, 2]);
  expect(told.map(({ credentials }) => credentials)).toEqual([
    `EPERM ${heldText(held)}`,
    `EPERM ${heldText(held)}`,
  ]);
});
