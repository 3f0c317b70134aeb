import { Agent } from 'node:http';
import { afterAll, expect, test } from 'vitest';
import { naiveAttempt, naiveDecide } from '../../../properties/difference/naive-egress.ts';
import type { Told, Way } from '../../../support/egress/wire-bytes.ts';
import { REQUEST_CLIENTS, STREAM_CLIENTS } from '../../../support/egress/wire-clients.ts';
import { type PolicyDigest, WireWorld } from '../../../support/egress/wire-world.ts';
import { hostNeeds, program } from '../../../support/host.ts';
import type { PlainEntry } from '../../../support/plain-egress.ts';
import { Seeded } from '../../../support/seeded.ts';
import { curlMany } from './curl-many.ts';
import { changesOf, isDoubtful, naiveVerdict } from './expected.ts';
import { RandomTries, type Round, randomPolicy, type Try, type WirePolicy } from './tries.ts';

/** NEMOCLAW_FUZZ=20000 is the long run. */
const ACCESSES = Number(process.env.NEMOCLAW_FUZZ ?? 0) || 600;
const SEED = Number(process.env.NEMOCLAW_SEED ?? 0) || 1;
const A_POLICY = 60;
const A_ROUND = 12;

const world = await WireWorld.open();
const trusted = [world.trusted, world.outside.authority.pem];
afterAll(() => world[Symbol.asyncDispose]());

const digestOf = (number: number): PolicyDigest => `sha256:${String(number).padStart(64, '0')}`;

async function wayOf({ access, send }: Try, agents: Map<number, Agent>): Promise<Way> {
  const { binary, sha256 } = access;
  const proxy = world.portFor({ binary, sha256, to: null });
  const agent = agents.get(proxy) ?? new Agent({ keepAlive: true });
  agents.set(proxy, agent);
  const transparent = () =>
    world.portFor({
      binary,
      sha256,
      to: { address: world.addressFor(send.host.toLowerCase()), port: send.port },
    });
  return { proxy, transparent, trusted, agent };
}

async function tell(one: Try, agents: Map<number, Agent>): Promise<Told> {
  const way = await wayOf(one, agents);
  const { client, send } = one;
  if (client === 'curl') return (await curlMany([{ send, proxy: way.proxy }], trusted))[0]!;
  if (!client.startsWith('stream-'))
    return REQUEST_CLIENTS[client as keyof typeof REQUEST_CLIENTS](send, way);
  return STREAM_CLIENTS[client.slice('stream-'.length) as keyof typeof STREAM_CLIENTS](send, way);
}

class Wrong extends Error {
  constructor(what: string, facts: object) {
    const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);
    super(`${what}: ${JSON.stringify(facts, plain)}`);
  }
}

/** Entries that are used up are as those that have ended. */
function leftOf({ plain, entries, uses }: WirePolicy, from: number, at: number): readonly PlainEntry[] {
  const taken = new Map<string, number>();
  for (const event of world.events.slice(from)) {
    const id = event.kind === 'decision' && event.why !== 'expired' ? event.grant?.id : undefined;
    const isUse = event.kind === 'decision' && (event.why === 'granted' || event.why === 'audited');
    if (id !== undefined && isUse) taken.set(id, (taken.get(id) ?? 0) + 1);
  }
  return plain.map((entry, index) => {
    const { id } = entries[index]!.grant;
    const isUsedUp = (taken.get(id) ?? 0) >= (uses.get(id) ?? Number.POSITIVE_INFINITY);
    return isUsedUp ? { ...entry, expiresAt: Math.min(at, entry.expiresAt ?? at) } : entry;
  });
}

const met: Record<string, number> = {};
function count(what: string): void {
  met[what] = (met[what] ?? 0) + 1;
}

function check(one: Try, told: Told, entries: readonly PlainEntry[], seed: number): void {
  const verdict = naiveVerdict(entries, one);
  const arrived = world.outside.arrived.get(one.send.id) ?? [];
  world.outside.arrived.delete(one.send.id);
  const facts = {
    told,
    arrived,
    one,
    strange: world.outside.strange,
    seed,
    entries,
  };
  if (verdict === 'deny' && (arrived.length > 0 || told.arrived !== null))
    throw new Wrong('it is let through', facts);
  const isAllowed = arrived.length > 0;
  if (verdict === 'allow' && !isAllowed && !isDoubtful(one)) throw new Wrong('it is refused', facts);
  count(isAllowed ? 'allow' : verdict === 'allow' ? 'doubtful' : 'deny');
  count(`${isAllowed ? 'allow' : 'deny'} ${one.client}`);
  if (!isAllowed) {
    // Whoever reads answers is told why; others are cut off.
    const isTold = told.why !== null || told.status === null || isDoubtful(one);
    if (!isTold || told.status === 200) throw new Wrong('it is refused without a word', facts);
    if (told.why !== null) count('told why');
    return;
  }
  if (arrived.length !== 1) throw new Wrong('it arrives more than once', facts);
  if (told.arrived !== one.send.id) throw new Wrong('the answer is another one', facts);
  const changes = changesOf(one, arrived[0]!);
  if (changes.length > 0) throw new Wrong(changes.join(', '), facts);
}

async function runRound(policy: WirePolicy, round: Round, from: number, seed: number): Promise<void> {
  const agents = new Map<number, Agent>();
  world.now = round.at;
  world.addresses = round.addresses;
  if (policy.uses.size > 0) {
    for (const one of round.tries) {
      const entries = leftOf(policy, from, round.at);
      check(one, await tell(one, agents), entries, seed);
    }
  } else {
    const byCurl = round.tries.filter(({ client }) => client === 'curl');
    const others = round.tries.filter(({ client }) => client !== 'curl');
    const orders = await Promise.all(
      byCurl.map(async (one) => ({ send: one.send, proxy: (await wayOf(one, agents)).proxy })),
    );
    const [told, curled] = await Promise.all([
      Promise.all(others.map((one) => tell(one, agents))),
      curlMany(orders, trusted),
    ]);
    for (const [at, one] of others.entries()) check(one, told[at]!, policy.plain, seed);
    for (const [at, one] of byCurl.entries()) check(one, curled[at]!, policy.plain, seed);
  }
  for (const agent of agents.values()) agent.destroy();
}

/** Each decision agrees with the naive evaluator about the access that it says it was about. */
function checkLog(policy: WirePolicy, from: number, seed: number): void {
  for (const event of world.events.slice(from)) {
    if (event.kind !== 'decision' || event.access.facet !== 'egress') continue;
    const isAllowed = event.why === 'granted' || event.why === 'audited';
    const naive = naiveDecide(policy.plain, naiveAttempt(event.access));
    if (policy.uses.size === 0 && isAllowed !== (naive === 'allow'))
      throw new Wrong('the log says something else', { seed, event, plain: policy.plain });
    if (policy.uses.size > 0 && isAllowed && naive === 'deny')
      throw new Wrong('the log allows what nothing grants', { seed, event, plain: policy.plain });
    count('decisions');
  }
}

test(
  `${ACCESSES} accesses by real clients become what an independent evaluator says`,
  async (context) => {
    hostNeeds(context, program('curl', 'curl'));
    for (let number = 0; number * A_POLICY < ACCESSES; number += 1) {
      const seed = SEED * 1_000_003 + number;
      const random = new Seeded(seed);
      const policy = randomPolicy(random, number);
      await world.load({ entries: policy.entries }, digestOf(number));
      const from = world.events.length;
      const tries = new RandomTries(random, policy.plain, `a${number}`);
      for (let round = 0; round < A_POLICY / A_ROUND; round += 1)
        await runRound(policy, tries.round(A_ROUND), from, seed);
      checkLog(policy, from, seed);
      world.events.length = 0;
    }
    expect(world.outside.strange).toEqual([]);
    expect([...world.outside.arrived.keys()]).toEqual([]);
    console.info(JSON.stringify(met));
    const clients = [
      ...Object.keys(REQUEST_CLIENTS),
      'curl',
      ...Object.keys(STREAM_CLIENTS).map((n) => `stream-${n}`),
    ];
    const seldom = clients.filter(
      (client) => !((met[`allow ${client}`] ?? 0) > 0 && (met[`deny ${client}`] ?? 0) > 0),
    );
    expect({ seldom, met }).toEqual({ seldom: [], met });
    expect(met.allow).toBeGreaterThan(ACCESSES / 10);
    expect(met.deny).toBeGreaterThan(ACCESSES / 5);
  },
  60_000 + ACCESSES * 30,
);
