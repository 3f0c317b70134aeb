import { once } from 'node:events';
import type { ResultPromise } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from '../../../compiler/backends/backend.ts';
import { iptables } from '../../../compiler/backends/iptables/emit.ts';
import { netns } from '../../../compiler/backends/netns/emit.ts';
import { nftables } from '../../../compiler/backends/nftables/emit.ts';
import { sandboxNetwork } from '../../../compiler/backends/sandbox-network.ts';
import type { Policy } from '../../../compiler/ir/policy.ts';
import { artifactText, emitWith } from '../../support/emissions.ts';
import { hostNeeds, program, userNamespaces } from '../../support/host.ts';
import { inNewNamespace, Namespace } from '../../support/namespaces.ts';
import { egressEntry, inferenceRoute, policyOf, targetOf } from '../../support/policies.ts';

const ROOT = targetOf({ privilege: 'root' });
const HOSTILE = [
  'x"; flush ruleset; table inet y {',
  'a\nCOMMIT\n*nat\n-A PREROUTING -j ACCEPT',
  '}\n}\ninclude "/etc/passwd"',
  '-o',
  '$(id)`id`',
  '名前',
];
const emitted = (backend: Backend, policy: Policy, path: string) =>
  artifactText(emitWith([backend], policy, ROOT)[0]!, path);

const granting = (name: string) =>
  policyOf({ name, egress: [egressEntry('a.example')], routes: [inferenceRoute('m')] });
const POLICIES = [policyOf({ name: 'nothing' }), granting('both'), ...HOSTILE.map(granting)];

const NFT = program('nft', 'nftables');
const IPTABLES = program('iptables-restore', 'iptables');
const RESTORE = [
  ['iptables-restore', 'iptables/rules.v4'],
  ['ip6tables-restore', 'iptables/rules.v6'],
] as const;

describe('the rooted network', () => {
  it('has the same addresses on every machine, from private ranges', () => {
    expect(sandboxNetwork(granting('agent'))).toEqual({
      sandbox: { device: 'eth0', ipv4: '10.32.126.166', ipv6: 'fd4e:9b95:c78b:f5e::2' },
      gateway: { device: 'nemo6905220845', ipv4: '10.32.126.165', ipv6: 'fd4e:9b95:c78b:f5e::1' },
      ipv4Prefix: 30,
      ipv6Prefix: 64,
      ports: [
        { port: 3128, service: 'egress proxy' },
        { port: 3129, service: 'model router' },
      ],
    });
  });

  it.each(HOSTILE)('takes no character of the name %j', (name) => {
    const { sandbox, gateway } = sandboxNetwork(granting(name));
    for (const end of [sandbox, gateway]) {
      expect(end.device).toMatch(/^[a-z0-9]{1,15}$/);
      expect(end.ipv4).toMatch(/^10(\.\d{1,3}){3}$/);
      expect(end.ipv6).toMatch(/^fd[0-9a-f]{2}(:[0-9a-f]{1,4}){3}::[12]$/);
    }
    for (const [backend, path] of [
      [netns, 'netns/network.json'],
      [nftables, 'nftables/rules.nft'],
      [iptables, 'iptables/rules.v4'],
      [iptables, 'iptables/rules.v6'],
    ] as const) {
      const plain = emitted(backend, granting('plain'), path).replaceAll(/[0-9a-f.:]{4,}/g, '?');
      expect(emitted(backend, granting(name), path).replaceAll(/[0-9a-f.:]{4,}/g, '?')).toBe(plain);
    }
  });

  it('is only for the rooted way', () => {
    for (const emission of emitWith([netns, nftables, iptables], granting('a'), targetOf())) {
      expect(emission.artifacts).toEqual([]);
      expect(emission.coverage.egress).toEqual({ kind: 'none' });
    }
  });

  it('covers egress and models exactly where nothing is granted, else leaves egress to the gateway', () => {
    for (const backend of [nftables, iptables]) {
      const [closed] = emitWith([backend], policyOf(), ROOT);
      expect(closed!.coverage).toMatchObject({ egress: { kind: 'exact' }, inference: { kind: 'exact' } });
      const [open] = emitWith([backend], policyOf({ egress: [egressEntry('a.example')] }), ROOT);
      expect(open!.coverage).toMatchObject({ egress: { kind: 'none' }, inference: { kind: 'exact' } });
    }
  });
});

describe('the programs that load the rules', () => {
  it.for(POLICIES)('nft accepts them, policy $name', async (policy, context) => {
    hostNeeds(context, userNamespaces, NFT);
    const rules = emitted(nftables, policy, 'nftables/rules.nft');
    const result = await inNewNamespace('nft', ['--check', '--file', '-'], rules);
    expect([result.exitCode, result.stderr]).toEqual([0, '']);
  });

  it.for(POLICIES)(
    'iptables-restore and ip6tables-restore accept them, policy $name',
    async (policy, context) => {
      hostNeeds(context, userNamespaces, IPTABLES);
      for (const [command, path] of RESTORE) {
        const result = await inNewNamespace(command, ['--test'], emitted(iptables, policy, path));
        expect([result.exitCode, result.stderr]).toEqual([0, '']);
      }
    },
  );
});

/** Listens on two ports of every address, and says so. */
const LISTEN = `
  const net = require('node:net');
  for (const port of process.argv.slice(1)) net.createServer((socket) => socket.pipe(socket)).listen(port, '::');
  console.log('listening');
`;

/** Connects to each address and port, and prints what came of it. */
const CONNECT = `
  const net = require('node:net');
  const attempts = process.argv.slice(1).map((text) => JSON.parse(text)).map(([host, port]) => new Promise((done) => {
    const socket = net.connect({ host, port, timeout: 700 });
    socket.on('connect', () => (socket.destroy(), done('open')));
    socket.on('timeout', () => (socket.destroy(), done('silence')));
    socket.on('error', (error) => done(error.code));
  }));
  Promise.all(attempts).then((outcomes) => console.log(JSON.stringify(outcomes)));
`;

/** Connects, says so, waits for a line, and then prints whether the connection still carries anything. */
const KEEP = `
  const net = require('node:net');
  const socket = net.connect({ host: process.argv[1], port: 3128 });
  const end = (text) => { console.log(text); process.exit(0); };
  socket.on('connect', () => console.log('connected'));
  process.stdin.once('data', () => { socket.write('still?'); setTimeout(() => end('silence'), 700); });
  socket.on('data', () => end('carries'));
  socket.on('error', (error) => end(error.code));
`;

/** Waits a while for a datagram, and prints whether one came. */
const RECEIVE = `
  const socket = require('node:dgram').createSocket('udp4');
  const end = (text) => { console.log(text); process.exit(0); };
  socket.on('message', () => end('got'));
  // However long the sender takes, it has sent when this is told.
  process.stdin.on('end', () => setTimeout(() => end('silence'), 500)).resume();
  socket.bind(3128, () => console.log('bound'));
`;
const SEND = `
  const socket = require('node:dgram').createSocket('udp4');
  socket.send('hello', 3128, process.argv[1], () => socket.close());
`;

/** A sandbox's namespace and the gateway's, joined as the network says, with a listener at the gateway. */
async function join(policy: Policy): Promise<{ sandbox: Namespace; gateway: Namespace }> {
  const network = sandboxNetwork(policy);
  const gateway = await Namespace.make();
  const sandbox = await gateway.sibling();
  const ends = [
    [gateway, network.gateway],
    [sandbox, network.sandbox],
  ] as const;
  const peer = ['peer', 'name', network.sandbox.device, 'netns', String(sandbox.pid)];
  await gateway.run('ip', ['link', 'add', network.gateway.device, 'type', 'veth', ...peer]);
  for (const [namespace, { device, ipv4, ipv6 }] of ends) {
    await namespace.run('ip', ['address', 'add', `${ipv4}/${network.ipv4Prefix}`, 'dev', device]);
    await namespace.run('ip', ['address', 'add', `${ipv6}/${network.ipv6Prefix}`, 'dev', device, 'nodad']);
    await namespace.run('ip', ['link', 'set', device, 'up']);
    await namespace.run('ip', ['link', 'set', 'lo', 'up']);
  }
  await sandbox.run('ip', ['route', 'add', 'default', 'via', network.gateway.ipv4]);
  return { sandbox, gateway };
}

async function listen(namespace: Namespace, ...ports: number[]): Promise<void> {
  const server = namespace.run(process.execPath, ['-e', LISTEN, ...ports.map(String)]);
  server.catch(() => 'it ends with the test');
  servers.push(server);
  await once(server.stdout!, 'data');
}

async function connect(namespace: Namespace, ...places: [string, number][]): Promise<string[]> {
  const argv = places.map((place) => JSON.stringify(place));
  const { stdout } = await namespace.run(process.execPath, ['-e', CONNECT, ...argv]);
  return JSON.parse(String(stdout));
}

async function datagram(from: Namespace, to: Namespace, address: string): Promise<string> {
  const receiver = to.run(process.execPath, ['-e', RECEIVE]);
  await once(receiver.stdout!, 'data');
  await from.run(process.execPath, ['-e', SEND, address]);
  receiver.stdin!.end();
  return String((await receiver).stdout);
}

const servers: ResultPromise[] = [];

describe.each([
  [
    'nftables',
    [NFT],
    async (sandbox: Namespace, policy: Policy) => {
      await sandbox.run('nft', ['--file', '-'], emitted(nftables, policy, 'nftables/rules.nft'));
    },
  ],
  [
    'iptables',
    [IPTABLES],
    async (sandbox: Namespace, policy: Policy) => {
      for (const [command, path] of RESTORE) await sandbox.run(command, [], emitted(iptables, policy, path));
    },
  ],
] as const)('a sandbox behind %s', (_, needs, load) => {
  const policy = granting('agent');
  const { sandbox: inside, gateway: outside } = sandboxNetwork(policy);
  let sandbox: Namespace | null = null;
  let gateway: Namespace | null = null;

  beforeEach(async (context) => {
    hostNeeds(context, userNamespaces, program('ip', 'iproute2'), ...needs);
    ({ sandbox, gateway } = await join(policy));
    await listen(gateway, 3128, 3129, 2222);
    await listen(sandbox, 8080);
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) server.kill('SIGKILL');
    await sandbox?.end();
    await gateway?.end();
  });

  it('reaches everything before the rules are loaded', async () => {
    expect(await connect(sandbox!, [outside.ipv4, 2222], [outside.ipv6, 2222])).toEqual(['open', 'open']);
    expect(await connect(gateway!, [inside.ipv4, 8080], [inside.ipv6, 8080])).toEqual(['open', 'open']);
  });

  it("reaches the gateway's ports and itself, nothing else, and is reached by nobody", async () => {
    await load(sandbox!, policy);
    const gatewayPorts: [string, number][] = [
      [outside.ipv4, 3128],
      [outside.ipv6, 3128],
      [outside.ipv4, 3129],
      ['127.0.0.1', 8080],
      ['::1', 8080],
    ];
    expect(await connect(sandbox!, ...gatewayPorts)).toEqual(gatewayPorts.map(() => 'open'));
    const others: [string, number][] = [
      [outside.ipv4, 2222],
      [outside.ipv6, 2222],
      ['192.0.2.1', 443],
      ['192.0.2.1', 3128],
    ];
    expect(await connect(sandbox!, ...others)).toEqual(others.map(() => 'ECONNREFUSED'));
    expect(await connect(gateway!, [inside.ipv4, 8080], [inside.ipv6, 8080])).toEqual(['silence', 'silence']);
  });

  it('sends and gets no datagrams', async () => {
    expect(await datagram(sandbox!, gateway!, outside.ipv4)).toBe('bound\ngot');
    await load(sandbox!, policy);
    expect(await datagram(sandbox!, gateway!, outside.ipv4)).toBe('bound\nsilence');
    expect(await datagram(gateway!, sandbox!, inside.ipv4)).toBe('bound\nsilence');
  });

  it('loses an open connection when its grant is revoked', async () => {
    await load(sandbox!, policy);
    for (const [next, outcome] of [
      [policy, 'carries'],
      [policyOf({ name: 'agent' }), 'ECONNRESET'],
    ] as const) {
      const client = sandbox!.run(process.execPath, ['-e', KEEP, outside.ipv4]);
      await once(client.stdout!, 'data');
      await load(sandbox!, next);
      client.stdin!.write('go\n');
      expect(String((await client).stdout)).toBe(`connected\n${outcome}`);
    }
  });
});
