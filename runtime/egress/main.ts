import { mkdirSync } from 'node:fs';
import { Socket } from 'node:net';
import { dirname, resolve } from 'node:path';
import { stateFolder } from '../sandbox/state-folder.ts';
import { BinaryDigests } from './attribution/binary-digests.ts';
import { recordPipe } from './attribution/record-pipe.ts';
import { ConnectionRecords } from './attribution/records.ts';
import { serveControl } from './control/control-server.ts';
import { TableFiles } from './control/table-files.ts';
import { type HeldCredential, heldIn } from './credentials/held.ts';
import { Uses } from './decision/uses.ts';
import { keepUsesIn, usesIn } from './decision/uses-file.ts';
import { type Given, readDescriptors } from './descriptors.ts';
import { dialler } from './dial/dial.ts';
import { Routes } from './dial/routes.ts';
import { readUpstreamProxy } from './dial/upstream-proxy.ts';
import { fatal } from './fatal.ts';
import { Gateway } from './gateway.ts';
import { type Inspection, openInspection } from './inspection.ts';
import { datagramsOn } from './names/datagrams.ts';
import { serveNames } from './names/name-server.ts';
import { Resolver, resolveByHost } from './names/resolver.ts';
import { SyntheticNames } from './names/synthetic-names.ts';
import { noRequests } from './no-requests.ts';
import { dialWithin, Places } from './places.ts';
import { Listener } from './wire/listener.ts';
import { openWorld } from './world.ts';

/** Milliseconds of a clock that never goes back. */
const monotonic = () => performance.now();

async function main(): Promise<void> {
  const [root] = process.argv.slice(2);
  if (root === undefined) fatal('unusable', 'the state folder is not named');
  const state = stateFolder(resolve(root));
  const given = readDescriptors(process.env.NEMOCLAW_DESCRIPTORS);
  if (typeof given === 'string') fatal('unusable', given);
  const upstream = readUpstreamProxy(process.env);
  if (!upstream.ok) fatal('unusable', upstream.problem);
  mkdirSync(dirname(state.egressTable), { recursive: true, mode: 0o700 });
  const kept = usesIn(state.egressUses);
  if (!kept.ok) fatal('unusable', `the uses of grants cannot be known: ${kept.problem}`);

  const credentials = credentialsOf(given);
  const world = openWorld(state);
  const inspection = await inspectionOf(given);
  const digests = new BinaryDigests();
  const names = new SyntheticNames();
  const places = new Places();
  const gateway = new Gateway(
    {
      ...world.surroundings,
      secure: inspection.secure,
      credentials,
      digestOf: (caller) => digests.of(caller),
      now: Date.now,
    },
    {
      routes: new Routes(
        dialWithin(places, dialler()),
        new Resolver(resolveByHost, monotonic),
        upstream.proxy,
      ),
      uses: new Uses(keepUsesIn(state.egressUses), kept.counts),
      names,
      serving: inspection.serving,
      places,
    },
  );
  const tables = new TableFiles(gateway, {
    allowed: state.egressAllowed,
    journal: world.surroundings.journal,
    now: Date.now,
    monotonic,
  });
  // Without a table that can be read the gateway runs and grants nothing.
  await tables.load(state.egressTable);
  await serve(gateway, names, given);
  const control = await serveControl(state.egressControl, gateway, tables);
  const parent = new Socket({ fd: given.parent! });
  parent.write('{"ready":true}\n');
  await parentEnds(parent);
  control.close();
  tables.close();
  await gateway.close();
  await world.close();
  process.exit(0);
}

/** None where none were given: placeholders are then worthless everywhere. */
function credentialsOf({ credentials }: Given): readonly HeldCredential[] {
  if (credentials === null) return [];
  try {
    return heldIn(credentials);
  } catch (error) {
    fatal('unusable', (error as Error).message);
  }
}

/** Without memory for a key, requests cannot be read: whatever would have to be looked into is refused. */
function inspectionOf({ authority }: Given): Promise<Inspection> {
  if (authority === null) {
    const secure = () => Promise.reject(new Error('no TLS is opened'));
    return Promise.resolve({ serving: noRequests, secure });
  }
  const { NEMOCLAW_TRUST: trustFolder = null, NODE_EXTRA_CA_CERTS: corporateAuthorities = null } =
    process.env;
  return openInspection({ memory: authority, trustFolder, corporateAuthorities });
}

async function serve(gateway: Gateway, names: SyntheticNames, given: Given): Promise<void> {
  const records = new ConnectionRecords(recordPipe(given.records!), monotonic);
  const sound = <T>(taken: T): T => {
    // Started again it gets another pipe; this one tells nothing any more.
    if (records.damage !== null) fatal('failed', records.damage);
    return taken;
  };
  const attribute = (family: 4 | 6, sourcePort: number) => sound(records.take(family, sourcePort));
  gateway.watch(() => sound(records.takeUnseen()));
  for (const [family, tcp, udp] of [
    [4, given.tcp4, given.udp4],
    [6, given.tcp6, given.udp6],
  ] as const) {
    if (udp !== null) serveNames(await datagramsOn(udp, family), names);
    if (tcp !== null) gateway.serve(Listener.over(tcp), family, attribute);
  }
}

/** Resolves when the parent ends the connection, or when the process is told to end. */
function parentEnds(parent: Socket): Promise<void> {
  return new Promise((resolve) => {
    parent
      .on('end', resolve)
      .on('error', () => resolve())
      .resume();
    process.on('SIGTERM', () => resolve());
  });
}

process.on('uncaughtException', (error) => fatal('bug', `an error was not caught: ${error.name}`));
process.on('unhandledRejection', () => fatal('bug', 'a rejection was not caught'));
main().catch((error: NodeJS.ErrnoException) => {
  fatal('failed', `it cannot start (${error.code ?? error.name}, ${error.syscall ?? 'no call'})`);
});
