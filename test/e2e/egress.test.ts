import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostNeeds, program, shippedFile } from '../support/host.ts';
import { builtPrograms, sandboxes, workFolder } from '../support/kernel.ts';
import { SERVER_ADDRESS, TestNetwork, testNetworks } from '../support/test-network.ts';
import { startServers } from './start-servers.ts';

const work = workFolder();
const project = join(work, 'project');
const NODE = realpathSync(process.execPath);
const NEMOCLAW = join(import.meta.dirname, '../../bin/nemoclaw.js');
const NAMES = [
  'api.lab.test',
  'other.lab.test',
  'tcp.lab.test',
  'redis.lab.test',
  'postgres.lab.test',
  'git.lab.test',
  'registry.lab.test',
];

const curl = program('curl', 'curl');
const git = program('git', 'git');
const python = program('python3', 'python3');
const requests = shippedFile('/usr/lib/python3/dist-packages/requests/__init__.py', 'python3-requests');
const redis = [program('redis-server', 'redis-server'), program('redis-cli', 'redis-tools')];
const postgres = [program('psql', 'postgresql-client'), shippedFile('/usr/lib/postgresql', 'postgresql')];
const needed = [builtPrograms, sandboxes, ...testNetworks];

/** All of it ends with a test server; the rules are looked at in 8080 and 8443, the rest is opaque. */
const BLUEPRINT = `apiVersion: nemoclaw.dev/v1
kind: Blueprint
metadata: { name: e2e }
extends: [{ preset: base }]
filesystem_policy:
  include_workdir: true
  read_only: [${JSON.stringify(dirname(dirname(NODE)))}]
  # Names of the host would be addresses inside.
  deny: [/etc/hosts]
network_policies:
  web:
    endpoints:
`;

/** One endpoint of the servers. */
function endpoint(host: string, port: number, more: string): string {
  return `      - { host: ${host}, port: ${port}, allowed_ips: [${SERVER_ADDRESS}], ${more} }\n`;
}

const RULES =
  'protocol: http, rules: [{ allow: { method: GET, path: "/ok/**" } }, { allow: { method: POST, path: /ok/upload } }]';
const blueprintText = `${BLUEPRINT}${[
  endpoint('api.lab.test', 8080, RULES),
  endpoint('api.lab.test', 8443, RULES),
  endpoint('git.lab.test', 8443, 'protocol: http, access: read-write'),
  endpoint('registry.lab.test', 8443, 'protocol: http, access: read-only'),
  endpoint('tcp.lab.test', 7000, 'protocol: tcp'),
  endpoint('redis.lab.test', 6379, 'protocol: tcp'),
  endpoint('postgres.lab.test', 5432, 'protocol: tcp'),
].join('')}`;

let network: TestNetwork;

beforeAll(async () => {
  if (!testNetworks.every((feature) => feature.present())) return;
  mkdirSync(project);
  writeFileSync(join(project, 'agent.yaml'), blueprintText);
  network = await TestNetwork.open(work, NAMES);
  await startServers(network, work);
}, 60_000);

afterAll(() => {
  network?.close();
  rmSync(work, { recursive: true, force: true });
});

/** Runs a shell script in a sandbox with a gateway, in the test network. */
async function inSandbox(script: string, name: string) {
  const state = join(work, `state-${name}`);
  const argv = [NODE, NEMOCLAW, 'run', 'agent.yaml', '--state', state, '--', 'sh', '-c', script];
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(work, 'authority.pem') };
  const { exitCode, stdout, stderr } = await network.run(argv, { cwd: project, env });
  // The denial of a file that only a preset grants is a finding, and of no matter here.
  const said = stderr.replace(/^agent\.yaml:[\s\S]*?\n1 warning\n\n?/, '');
  return { exitCode, stdout, stderr: said, events: eventsIn(join(state, 'audit')) };
}

/** The whole lines of a log, also of one that is being written. */
function eventsIn(folder: string): Record<string, never>[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n').slice(0, -1))
    .map((line) => JSON.parse(line));
}

/** The decisions about programs, in order, as `verdict host:port binary`. */
function decided(events: readonly Record<string, never>[]): string[] {
  return events.flatMap(
    ({
      decision,
    }: {
      decision?: { verdict: string; access: { egress: { host: string; port: number; binary: string } } };
    }) => {
      if (decision === undefined) return [];
      const { host, port, binary } = decision.access.egress;
      return [`${decision.verdict} ${host}:${port} ${binary.split('/').at(-1)}`];
    },
  );
}

const DIRECT = 'env -u HTTP_PROXY -u HTTPS_PROXY -u ALL_PROXY -u http_proxy -u https_proxy -u all_proxy';
const WAYS = [
  ['by the proxy variables', ''],
  ['knowing no proxy', DIRECT],
] as const;

describe.for(WAYS)('a program %s', ([, prefix]) => {
  const way = prefix === '' ? 'proxy' : 'direct';

  test('curl gets what a rule allows, over HTTP and intercepted TLS, and a reason for the rest', async (context) => {
    hostNeeds(context, ...needed, curl);
    const said = await inSandbox(
      `for at in http://api.lab.test:8080/ok/1 https://api.lab.test:8443/ok/2 https://api.lab.test:8443/no; do
         ${prefix} curl -sS -m 20 -w ' %{http_code} %{http_version}\\n' $at; done
       ${prefix} curl -sS -m 20 -o /dev/null -w '%{http_code}\\n' http://other.lab.test:8080/
       head -c 300000 /dev/zero | ${prefix} curl -sS -m 20 --data-binary @- https://api.lab.test:8443/ok/upload
       ${prefix} curl -sSN -m 20 https://api.lab.test:8443/ok/x -H 'Expect:' --http1.1`,
      `curl-${way}`,
    );
    expect(said.stderr).toBe('');
    const [first, ...rest] = said.stdout.split('\n');
    expect(first).toBe('GET /ok/1 at api.lab.test:8080 with 0 bytes, authorization none');
    expect(said.stdout).toContain('GET /ok/2 at api.lab.test:8443 with 0 bytes, authorization none');
    expect(said.stdout).toContain(' 200 2\n');
    const refused = JSON.parse(rest.find((line) => line.startsWith('{'))!.replace(/ 403 2$/, ''));
    expect(refused).toMatchObject({ status: 403, why: 'not-included', nearest: 'egress:web#1' });
    expect(refused.request).toMatch(/^req-/);
    expect(said.stdout).toContain('\n403\nPOST /ok/upload at api.lab.test:8443 with 300000 bytes');
    expect(decided(said.events)).toContain('deny other.lab.test:8080 curl');
  });

  test('node, python and python-requests work unchanged', async (context) => {
    hostNeeds(context, ...needed, python, requests);
    const said = await inSandbox(
      `${prefix} ${NODE} -e 'fetch("https://api.lab.test:8443/ok/node").then((r) => r.text()).then((t) => process.stdout.write(t))'
       ${prefix} python3 -c 'import urllib.request as u; print(u.urlopen("https://api.lab.test:8443/ok/urllib").read().decode(), end="")'
       ${prefix} python3 -c 'import requests; print(requests.get("https://api.lab.test:8443/ok/requests").text, end="")'`,
      `languages-${way}`,
    );
    expect(said.stderr).toBe('');
    expect(
      said.stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ').slice(0, 2).join(' ')),
    ).toEqual(['GET /ok/node', 'GET /ok/urllib', 'GET /ok/requests']);
  });

  test('git pushes and clones, and npm asks its registry', async (context) => {
    hostNeeds(context, ...needed, git);
    const said = await inSandbox(
      `export HOME=/tmp GIT_CONFIG_GLOBAL=/tmp/gitconfig; cd /tmp
       git config --global user.email a@b.test; git config --global user.name a
       ${prefix} git clone -q https://git.lab.test:8443/git/one.git one 2>&1; cd one
       date +%s%N > file; git add .; git commit -qm one; ${prefix} git push -q origin HEAD 2>&1
       cd ..; ${prefix} git clone -q https://git.lab.test:8443/git/one.git two 2>&1; ls two
       ${prefix} npm --registry https://registry.lab.test:8443/ view @scope/thing version 2>&1`,
      `git-${way}`,
    );
    expect(said.stdout.replace('warning: You appear to have cloned an empty repository.\n', '')).toBe(
      'file\n1.2.3\n',
    );
  });
});

test('a static binary, redis-cli and psql speak their own protocols', async (context) => {
  hostNeeds(context, ...needed, ...redis, ...postgres);
  await startStores();
  execFileSync(
    'cc',
    ['-static', '-O2', '-w', '-o', join(project, 'client'), join(import.meta.dirname, 'static-client.c')],
    { stdio: 'ignore' },
  );
  const said = await inSandbox(
    `./client tcp.lab.test 7000
     redis-cli -h redis.lab.test set key value; redis-cli -h redis.lab.test get key
     psql -h postgres.lab.test -U tester -d postgres -Atc 'select 6 * 7'`,
    'stores',
  );
  expect(said.stderr).toBe('');
  expect(said.stdout).toBe('tcp got hello\nOK\nvalue\n42\n');
  expect(decided(said.events)).toEqual([
    'allow tcp.lab.test:7000 client',
    'allow redis.lab.test:6379 redis-cli',
    'allow redis.lab.test:6379 redis-cli',
    'allow postgres.lab.test:5432 psql',
  ]);
});

test('SOCKS5 is spoken, and events of a server come one by one', async (context) => {
  hostNeeds(context, ...needed, curl);
  const said = await inSandbox(
    `curl -sS -m 20 -x socks5h://127.0.0.1:3128 http://api.lab.test:8080/ok/socks
     curl -sSN -m 20 https://api.lab.test:8443/ok/events`,
    'socks',
  );
  expect(said.stderr).toBe('');
  expect(said.stdout).toBe(
    'GET /ok/socks at api.lab.test:8080 with 0 bytes, authorization none\ndata: one\n\ndata: two\n\n',
  );
});

test('a gateway that is killed takes the network with it and nothing else, comes back, and loses no line', async (context) => {
  hostNeeds(context, ...needed, curl);
  const running = inSandbox(
    `for at in $(seq 40); do curl -sS -m 5 http://api.lab.test:8080/ok/$at >> answers 2>&1; sleep 0.1; done
     tail -n 1 answers`,
    'killed',
  );
  const state = join(work, 'state-killed');
  for (let kills = 0; kills < 3; kills++) {
    await until(() => decided(eventsIn(join(state, 'audit'))).length > 3 * (kills + 1));
    process.kill(gatewayOf(state), 'SIGKILL');
  }
  const { exitCode, stdout, events } = await running;
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: 'GET /ok/40 at api.lab.test:8080 with 0 bytes, authorization none\n',
  });
  const allowed = decided(events).filter((one) => one === 'allow api.lab.test:8080 curl').length;
  const answered = readFileSync(join(project, 'answers'), 'utf8').match(/^GET /gm)!.length;
  // Whatever was answered had been written down; the rest was decided and cut off.
  expect(allowed).toBeGreaterThanOrEqual(answered);
  expect(answered).toBeGreaterThan(30);
  const verified = await network.run([NODE, NEMOCLAW, 'audit', 'verify', join(state, 'audit')]);
  expect(verified).toMatchObject({ exitCode: 0 });
});

/** The process of a sandbox's gateway. */
function gatewayOf(state: string): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const words = commandOf(pid);
    if (words[1]?.endsWith('gateway.cjs') && words[2] === state) return Number(pid);
  }
  throw new Error('no gateway runs');
}

function commandOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A real redis and a real PostgreSQL. */
async function startStores(): Promise<void> {
  network.spawn(
    ['redis-server', '--bind', SERVER_ADDRESS, '--port', '6379', '--protected-mode', 'no', '--save', ''],
    { cwd: work, stdio: 'ignore' },
  );
  const [version] = readdirSync('/usr/lib/postgresql');
  const bin = join('/usr/lib/postgresql', version!, 'bin');
  const folder = join(work, 'postgres');
  const made = await network.run([join(bin, 'initdb'), '-D', folder, '-U', 'tester', '-A', 'trust', '-N'], {
    cwd: work,
  });
  expect(made).toMatchObject({ exitCode: 0 });
  writeFileSync(join(folder, 'pg_hba.conf'), 'host all all 0.0.0.0/0 trust\n');
  const options = ['-c', `listen_addresses=${SERVER_ADDRESS}`, '-c', `unix_socket_directories=`];
  network.spawn([join(bin, 'postgres'), '-D', folder, ...options], { cwd: work, stdio: 'ignore' });
  for (const port of [6379, 5432]) await untilListening(port);
}

async function untilListening(port: number): Promise<void> {
  const script = `const ask = () => require('node:net').connect(${port}, '${SERVER_ADDRESS}')
    .on('connect', () => process.exit(0)).on('error', () => setTimeout(ask, 50)); ask()`;
  expect(await network.run([NODE, '-e', script])).toMatchObject({ exitCode: 0 });
}
