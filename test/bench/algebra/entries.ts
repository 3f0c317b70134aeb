import { parseCidrBlock } from '../../../compiler/domain/address.ts';
import { type Glob, type GlobKind, parseGlob } from '../../../compiler/domain/glob.ts';
import { type HostPattern, parseHostPattern } from '../../../compiler/domain/host.ts';
import { ALL_METHODS, parseMethod } from '../../../compiler/domain/method.ts';
import type { EgressAccess } from '../../../compiler/ir/access.ts';
import type { EgressEntry, EgressPolicy, HttpRule } from '../../../compiler/ir/egress.ts';
import { ALL, only } from '../../../compiler/ir/extent.ts';
import type { Approval } from '../../../compiler/ir/origin.ts';
import { grant } from '../../support/policies.ts';
import { Seeded } from '../../support/seeded.ts';

/** One entry in words; what can be said to a peer, too. */
export interface WrittenEntry {
  readonly host: string;
  readonly port: readonly [low: number, high: number];
  /** Null is any executable. */
  readonly binary: string | null;
  readonly method: string;
  readonly path: string;
  readonly denies: boolean;
  readonly block: string | null;
  readonly expiresAt: number | null;
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', '*'];
const END = Date.UTC(2027, 0, 1);

/** Entries as a large organisation has them: mostly own hosts, a tenth wildcards, an eighth denials, six sorts of paths. */
export function writtenEntries(count: number, seed: number): WrittenEntry[] {
  const random = new Seeded(seed);
  return Array.from({ length: count }, (_, at) => writtenEntry(count, at, random));
}

function writtenEntry(count: number, at: number, random: Seeded): WrittenEntry {
  const named = `api${at % Math.max(1, count >> 1)}.service${random.below(count)}.example.com`;
  const wild = random.pick([
    `*.tenant${random.below(count)}.example.net`,
    `**.team${random.below(Math.max(1, count >> 2))}.corp.example`,
  ]);
  const high = 8000 + random.below(50);
  return {
    host: random.below(10) === 0 ? wild : named,
    port: random.below(3) > 0 ? [443, 443] : [8000, high],
    binary: random.below(10) === 0 ? null : binaryOf(random),
    method: random.pick(METHODS),
    path: pathOf(count, random),
    denies: random.below(8) === 0,
    block: random.below(20) === 0 ? `10.${random.below(200)}.0.0/16` : null,
    expiresAt: random.below(20) === 0 ? END : null,
  };
}

function binaryOf(random: Seeded): string {
  return random.pick([
    '/usr/bin/git',
    '/usr/bin/node',
    '/usr/bin/python3*',
    '/sandbox/.uv/python/**/python3*',
    `/opt/tool${random.below(50)}/bin/run`,
  ]);
}

function pathOf(count: number, random: Seeded): string {
  return random.pick([
    '/**',
    `/repos/org${random.below(count)}/**`,
    `/v1/items/*/comments/${random.below(count)}`,
    `/bot*/send${random.below(20)}`,
    '/**/info/refs*',
    `/u/user${random.below(count)}/*.json`,
  ]);
}

/** One in a hundred entries changed, at least one: another path or port, one gone, one more, in turn. */
export function withChanges(entries: readonly WrittenEntry[], seed: number): WrittenEntry[] {
  const random = new Seeded(seed);
  const changed = [...entries];
  const changes = Math.max(1, Math.floor(entries.length / 100));
  for (let change = 0; change < changes; change += 1) {
    const at = random.below(changed.length);
    const entry = changed[at]!;
    // The first change always widens, so that there is something to find.
    if (change % 4 === 0)
      changed.push({ ...entry, host: `new${change}.example.org`, denies: false, expiresAt: null });
    else if (change % 4 === 1) changed[at] = { ...entry, path: '/changed/**' };
    else if (change % 4 === 2) changed[at] = { ...entry, port: [444, 444] };
    else changed.splice(at, 1);
  }
  return changed;
}

export function policyOf(entries: readonly WrittenEntry[]): EgressPolicy {
  return { entries: entries.map(entryOf) };
}

const APPROVAL: Approval = {
  owner: '@security',
  reason: null,
  ticket: null,
  approvedBy: null,
  expiresAt: null,
  maxUses: null,
  request: null,
};

/** Also a denial allows everything else that its methods and path do not name, as in a blueprint. */
function entryOf(written: WrittenEntry, at: number): EgressEntry {
  const { host, port, binary, method, path, denies, block, expiresAt } = written;
  const rule: HttpRule = {
    methods: methodsOf(method),
    path: only(globOf(path, 'url')),
    query: [],
    operations: ALL,
  };
  const named = grant(`egress:entry${at}`);
  return {
    host: hostOf(host),
    ports: [{ low: port[0], high: port[1] }],
    binaries: binary === null ? ALL : only([{ path: globOf(binary, 'file'), sha256: null }]),
    addresses: block === null ? ALL : only([blockOf(block)]),
    visibility: 'http',
    allow: denies
      ? only([{ methods: ALL_METHODS, path: only(globOf('/public/**', 'url')), query: [], operations: ALL }])
      : only([rule]),
    deny: denies ? [rule] : [],
    enforcement: 'enforce',
    grant: expiresAt === null ? named : { ...named, approval: { ...APPROVAL, expiresAt } },
  };
}

function hostOf(text: string): HostPattern {
  const parsed = parseHostPattern(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.pattern;
}

function globOf(text: string, kind: GlobKind): Glob {
  const parsed = parseGlob(text, kind);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.glob;
}

function methodsOf(text: string): number {
  const parsed = parseMethod(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.methods;
}

function blockOf(text: string) {
  const parsed = parseCidrBlock(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.block;
}

/** One path widened: a pattern of one organisation becomes that of all. */
export function withWiderPath(entries: readonly WrittenEntry[]): WrittenEntry[] {
  const at = entries.findIndex(({ denies, path }) => !denies && /^\/(repos|u|v1)\//.test(path));
  if (at === -1) throw new Error('no entry has a path that can be widened');
  const { path } = entries[at]!;
  return entries.with(at, { ...entries[at]!, path: `${path.slice(0, path.indexOf('/', 1))}/**` });
}

/** A request that the entry is about, with its wildcards filled in, to an address that it may reach. */
export function accessOf({ host, port, binary, method, path, block }: WrittenEntry): EgressAccess {
  const filled = (pattern: string) => pattern.replace('**', 'x').replaceAll('*', 'y');
  return {
    facet: 'egress',
    host: filled(host),
    port: port[0],
    binary: filled(binary ?? '/bin/sh'),
    sha256: null,
    address: block === null ? '1.1.1.1' : block.replace(/\/.*/, ''),
    http: { method: method === '*' ? 'GET' : method, path: filled(path), query: [], operations: ALL },
    at: 0,
  };
}
