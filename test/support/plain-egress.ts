import { parseCidrBlock } from '../../compiler/domain/address.ts';
import { type Glob, type GlobKind, parseGlob } from '../../compiler/domain/glob.ts';
import { parseHostPattern } from '../../compiler/domain/host.ts';
import { parseMethod } from '../../compiler/domain/method.ts';
import type { EgressEntry, EgressPolicy, HttpRule, Visibility } from '../../compiler/ir/egress.ts';
import { ALL, NONE, only } from '../../compiler/ir/extent.ts';
import { operationsOf, type PlainOperations } from './plain-operations.ts';
import { grant } from './policies.ts';

/** One request shape in words; a null path is every path. */
export interface PlainRule {
  readonly methods: readonly string[];
  readonly path: string | null;
  readonly query: readonly (readonly [key: string, glob: string])[];
  readonly operations: PlainOperations;
}

/** An egress entry in words, so that it can be read a second time without the compiler. Null is everything. */
export interface PlainEntry {
  readonly host: string;
  readonly ports: readonly (readonly [low: number, high: number])[];
  readonly binaries: readonly { readonly path: string; readonly sha256: string | null }[] | null;
  readonly addresses: readonly string[] | null;
  readonly visibility: Visibility;
  readonly allow: 'all' | 'none' | readonly PlainRule[];
  readonly deny: readonly PlainRule[];
  readonly enforcement: 'enforce' | 'audit';
  readonly expiresAt: number | null;
}

/** The policy that the words stand for. */
export function egressOf(entries: readonly PlainEntry[]): EgressPolicy {
  return { entries: entries.map(entryOf) };
}

function entryOf(plain: PlainEntry, at: number): EgressEntry {
  const named = grant(`egress:${plain.host}#${at}`);
  const approval = {
    owner: null,
    reason: null,
    ticket: null,
    approvedBy: null,
    maxUses: null,
    request: null,
  };
  return {
    host: hostOf(plain.host),
    ports: plain.ports.map(([low, high]) => ({ low, high })),
    binaries:
      plain.binaries === null
        ? ALL
        : only(plain.binaries.map(({ path, sha256 }) => ({ path: globOf(path, 'file'), sha256 }))),
    addresses: plain.addresses === null ? ALL : only(plain.addresses.map(blockOf)),
    visibility: plain.visibility,
    allow: plain.allow === 'all' ? ALL : plain.allow === 'none' ? NONE : only(plain.allow.map(ruleOf)),
    deny: plain.deny.map(ruleOf),
    enforcement: plain.enforcement,
    grant:
      plain.expiresAt === null ? named : { ...named, approval: { ...approval, expiresAt: plain.expiresAt } },
  };
}

function ruleOf({ methods, path, query, operations }: PlainRule): HttpRule {
  return {
    methods: methods.reduce((set, name) => set | methodsOf(name), 0),
    path: path === null ? ALL : only(globOf(path, 'url')),
    query: query.map(([key, value]) => ({ key, value: globOf(value, 'text') })),
    operations: operationsOf(operations),
  };
}

function hostOf(text: string) {
  const parsed = parseHostPattern(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.pattern;
}

function globOf(text: string, kind: GlobKind): Glob {
  const parsed = parseGlob(text, kind);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.glob;
}

function blockOf(text: string) {
  const parsed = parseCidrBlock(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.block;
}

function methodsOf(text: string): number {
  const parsed = parseMethod(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.methods;
}
