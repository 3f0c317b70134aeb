// A whole gateway with its durable log, whose connections are all from one program and whose names are all of this host:
//   gateway-program.ts STATE_FOLDER PORT TABLE AUTHORITIES_OF_SERVERS
import { mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { recordedEgress } from '../../../compiler/ir/audit-event/recorded-access.ts';
import { openAuditLog } from '../../../runtime/audit/audit-log.ts';
import { plainRefusal } from '../../../runtime/egress/decision/plain-refusal.ts';
import { Uses } from '../../../runtime/egress/decision/uses.ts';
import { dialler } from '../../../runtime/egress/dial/dial.ts';
import { Routes } from '../../../runtime/egress/dial/routes.ts';
import { Gateway } from '../../../runtime/egress/gateway.ts';
import { openInspection } from '../../../runtime/egress/inspection.ts';
import { Resolver } from '../../../runtime/egress/names/resolver.ts';
import { SyntheticNames } from '../../../runtime/egress/names/synthetic-names.ts';
import { Listener } from '../../../runtime/egress/wire/listener.ts';

const [folder, port, table, authorities] = process.argv.slice(2);
mkdirSync(folder!, { recursive: true });
const memory = openSync(join(folder!, 'memory'), 'w+');
rmSync(join(folder!, 'memory'));
const inspection = await openInspection({ memory, trustFolder: null, corporateAuthorities: authorities! });
const everyNameIsHere = async () => ({ ok: true, addresses: ['127.0.0.1'] }) as const;
const opened = openAuditLog({
  folder: join(folder!, 'audit'),
  state: join(folder!, 'key'),
  sandbox: 'bench',
  tool: 'bench',
  waitFor: 0,
});
if (!opened.ok) throw new Error(opened.problem);
const gateway = new Gateway(
  {
    journal: opened.log,
    refuse: plainRefusal,
    requested: () => {},
    recorded: recordedEgress,
    credentials: [],
    digestOf: async () => null,
    secure: inspection.secure,
    now: Date.now,
  },
  {
    routes: new Routes(dialler(), new Resolver(everyNameIsHere, () => performance.now()), null),
    uses: new Uses(async () => {}),
    names: new SyntheticNames(),
    serving: inspection.serving,
  },
);
const replaced = await gateway.replace(readFileSync(table!, 'utf8'));
if (!replaced.ok) throw new Error(replaced.problem);
const listener = Listener.at('127.0.0.1', Number(port));
const file = { device: 1n, inode: 1n, size: 1n, modified: 1n, changed: 1n };
gateway.serve(listener, 4, (family, sourcePort) => ({
  family,
  sourcePort,
  address: '127.0.0.1',
  port: Number(port),
  pid: process.pid,
  binary: '/usr/bin/curl',
  file,
}));
process.stdout.write('ready\n');
