import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { nemoclaw, temporaryFolder } from '../../cli/nemoclaw.ts';
import { said } from '../../gate/place.ts';
import { hostNeeds, program } from '../../support/host.ts';
import { builtPrograms, hostArch, hostTarget, sandboxes } from '../../support/kernel.ts';
import { SERVER_ADDRESS, TestNetwork, testNetworks } from '../../support/test-network.ts';
import { startServers } from '../start-servers.ts';
import { AgentHost, type Decision } from './agent-host.ts';
import { type Forge, forge, OWNER } from './forge.ts';

const NAME = 'chained';
const TARGET = 'target.yaml';
const WANTED = 'http://api.lab.test:8080/ok/items';

/** Curl may read below /ok and no more. */
const BLUEPRINT = `apiVersion: nemoclaw.dev/v1
kind: Blueprint
metadata:
  name: ${NAME}
  owners: ["@${OWNER.login}"]
extends: [{ preset: base }]
filesystem_policy:
  include_workdir: false
  read_only: [{ path: "\${workdir}", execute: false }]
  # Names of the host would be addresses inside.
  deny: [/etc/hosts]
network_policies:
  web:
    endpoints:
      - host: api.lab.test
        port: 8080
        allowed_ips: [${SERVER_ADDRESS}]
        protocol: http
        rules: [{ allow: { method: GET, path: "/ok/**" } }]
    binaries: [/usr/bin/curl]
`;

function targetText(workdir: string): string {
  return `apiVersion: nemoclaw.dev/v1
kind: Target
landlock_abi: ${hostTarget().landlockAbi}
architecture: ${hostArch}
workdir: ${workdir}
`;
}

interface Place {
  readonly forge: Forge;
  readonly hosts: readonly [AgentHost, AgentHost];
  /** Has both hosts look at the branch. */
  sync(): Promise<(readonly string[])[]>;
}

async function place(): Promise<Place> {
  const work = temporaryFolder();
  const network = await TestNetwork.open(work, ['api.lab.test']);
  onTestFinished(() => network.close());
  await startServers(network, work);
  const workdir = join(work, 'agent');
  mkdirSync(workdir);
  const files = { 'agent.yaml': BLUEPRINT, [TARGET]: targetText(workdir) };
  // Whoever runs a host has the target file as well.
  writeFileSync(join(work, TARGET), files[TARGET]!);
  const made = await forge(files, 'agent.yaml', TARGET);
  const hosts = [new AgentHost(network, NAME), new AgentHost(network, NAME)] as const;
  return {
    ...{ forge: made, hosts },
    sync: () => Promise.all(hosts.map((host) => host.sync(made, work, TARGET))),
  };
}

/** The id of the one request that waits on a host; it is written down soon after the refusal. */
async function waiting(host: AgentHost): Promise<string> {
  const list = async () => {
    const { stdout } = await host.run('/', 'egress', 'list', '-o', 'json');
    const { requests } = JSON.parse(stdout) as { requests: { request: { id: string }; words: string }[] };
    return requests.map(({ request, words }) => `${request.id}: ${words}`);
  };
  const line = /^(req-[0-9a-f]{12}): POST `api\.lab\.test:8080\/ok\/items` via `\/usr\/bin\/curl`$/;
  await expect.poll(list, { timeout: 10_000, interval: 200 }).toEqual([expect.stringMatching(line)]);
  return line.exec((await list())[0]!)![1]!;
}

/** What the log of a host says of the last access. */
function last(host: AgentHost): Decision | undefined {
  return host.decisions().at(-1);
}

test('a refused access becomes a request, a proposal, an approved merge, and an access on two hosts until its grant ends', {
  timeout: 180_000,
}, async (context) => {
  hostNeeds(context, ...testNetworks, builtPrograms, sandboxes);
  hostNeeds(context, program('curl', 'curl'), program('git', 'git'), program('ssh-keygen', 'openssh-client'));
  const made = await place();
  const began = Date.now();
  expect(await made.sync()).toEqual([['applied'], ['applied']]);
  const id = await blocked(made);
  // Long enough for what follows, by what this machine has taken so far.
  const ends = new Date(Date.now() + 4 * (Date.now() - began) + 3000);
  await proposed(made, id, ends);
  await approved(made, id);
  const commit = await merged(made, id);
  const expected = { commit, grant: { request: id, approved_by: `@${OWNER.login}` } };
  made.hosts[1].start();
  for (const host of made.hosts) await allowed(host, expected);
  expect(Date.now(), 'the grant ended before this was shown').toBeLessThan(ends.getTime());
  await sleep(ends.getTime() - Date.now() + 5);
  for (const host of made.hosts) await blockedAgain(host, ends, expected);
});

/** The first host's agent reads what it may, and is refused what it may not. Gives the request that became of it. */
async function blocked({ forge: { git }, hosts: [host] }: Place): Promise<string> {
  host.start();
  expect(await host.ask('GET', WANTED)).toMatchObject({ status: 200 });
  const refused = await host.ask('POST', WANTED);
  expect(refused.status).toBe(403);
  const id = await waiting(host);
  expect(JSON.parse(refused.body)).toMatchObject({ why: 'not-included', request: id });
  const commit = git('rev-parse', 'main').trim();
  expect(last(host)).toMatchObject({ verdict: 'deny', request: id, commit });
  return id;
}

/** A pull request for the request, with whom it asks to approve it and its end. */
async function proposed(
  { forge: { run, github }, hosts: [host] }: Place,
  id: string,
  ends: Date,
): Promise<void> {
  const wishes = ['--approver', `@${OWNER.login}`, '--reason', 'it writes items', '--github-url', github.url];
  const options = ['--state', host.state, '--expires', ends.toISOString(), ...wishes];
  expect(await run('egress', 'propose', id, ...options)).toMatchObject({ exitCode: 0 });
  const pull = { number: 1, head: branchOf(id), base: 'main', state: 'open' };
  expect(github.state.pulls).toMatchObject([pull]);
}

/** The gate says that it widens and waits for the owner, and passes once the owner has approved the head. */
async function approved({ forge: { gate, github } }: Place, id: string): Promise<void> {
  const red = await gate(branchOf(id));
  expect(red.exitCode).toBe(3);
  expect(red.outputs).toMatchObject({ verdict: 'widens', widens: 'true', passes: 'false' });
  expect(said(red, 'NC2630').join()).toContain(`ask for a review by \`@${OWNER.login}\``);
  expect(said(red, 'NC2670')).toHaveLength(1);
  const head = JSON.parse(red.outputs.json!).commit as string;
  expect(head).toBe(github.state.commitOf(branchOf(id)));
  github.state.review(1, OWNER, 'APPROVED', head);
  const green = await gate(branchOf(id));
  expect(green.exitCode).toBe(0);
  expect(said(green, 'NC2650').join()).toContain(`is approved by \`${OWNER.login}\``);
}

/** No host takes the merge before it is signed. Gives the signed one, which both have. */
async function merged({ forge: { git, merge }, hosts: [host], sync }: Place, id: string): Promise<string> {
  const [base, head] = git('rev-parse', 'main', `origin/${branchOf(id)}`).split('\n');
  merge(branchOf(id), 'unsigned');
  const refusals = [
    ['refused', 'NC2603'],
    ['refused', 'NC2603'],
  ];
  expect(await sync()).toEqual(refusals);
  expect(await host.ask('POST', WANTED)).toMatchObject({ status: 403 });
  git('push', '-q', '--force', 'origin', `${base}:main`);
  const commit = merge(branchOf(id), 'signed');
  expect(git('rev-parse', 'main^1', 'main^2').trim().split('\n')).toEqual([base, head]);
  expect(await sync()).toEqual([['applied'], ['applied']]);
  return commit;
}

/** The agent of a host may do what was asked for and nothing beside it, and the log names commit, request and approver. */
async function allowed(host: AgentHost, expected: object): Promise<void> {
  const got = await host.ask('POST', WANTED);
  expect(got).toMatchObject({ status: 200, body: expect.stringContaining('POST /ok/items at api.lab.test') });
  expect(last(host)).toMatchObject({ verdict: 'allow', why: 'granted', ...expected });
  expect(await host.ask('POST', `${WANTED}/1`)).toMatchObject({ status: 403 });
  // Who looks has to see into the sandbox's namespaces, so it stands outside of the test's own.
  const status = await nemoclaw(['status', '--name', NAME], { env: host.environment });
  expect(status).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`${NAME}: AS APPLIED`) });
}

/** It is refused as before, for another reason; what needs no grant goes on. */
async function blockedAgain(host: AgentHost, ends: Date, expected: object): Promise<void> {
  const refused = await host.ask('POST', WANTED);
  expect(refused.status).toBe(403);
  const detail = expect.stringContaining(`ended on ${ends.toISOString()}`);
  expect(JSON.parse(refused.body)).toMatchObject({ why: 'expired', detail, nearest: last(host)?.grant?.id });
  expect(last(host)).toMatchObject({ verdict: 'deny', why: 'expired', ...expected });
  expect(await host.ask('GET', WANTED)).toMatchObject({ status: 200 });
  const log = join(host.state, 'audit');
  expect(await host.run('/', 'audit', 'verify', log)).toMatchObject({ exitCode: 0 });
}

function branchOf(id: string): string {
  return `nemoclaw/egress/${id}`;
}
