import type { Located, Span } from '../../source/span.ts';

/** A file of guardrails as it was written: checked against the schema, every value with its place. */
export interface GuardrailsFile {
  /** The word after `kind`. */
  readonly kindSpan: Span;
  readonly name: Located<string>;
  /** Who answers for them. */
  readonly owners: readonly Located<string>[];
  readonly guardrails: readonly GuardrailItem[];
}

export interface GuardrailItem {
  readonly span: Span;
  readonly name: Located<string>;
  readonly reason: Located<string> | null;
  readonly property: PropertyItem;
}

export type PropertyItem =
  | { readonly kind: 'never'; readonly accesses: AccessesItem }
  | { readonly kind: 'only'; readonly binaries: readonly Located<string>[]; readonly egress: EgressItem }
  | { readonly kind: 'landlock' }
  | { readonly kind: 'residency'; readonly regions: readonly Located<string>[] }
  | { readonly kind: 'grants'; readonly grants: GrantsItem }
  | { readonly kind: 'maximum'; readonly file: Located<string> };

/** A set of accesses of one facet. */
export type AccessesItem =
  | { readonly facet: 'egress'; readonly egress: EgressItem }
  | {
      readonly facet: 'filesystem';
      readonly paths: readonly Located<string>[];
      readonly rights: readonly RightWord[];
    }
  | { readonly facet: 'syscalls'; readonly names: readonly Located<string>[] }
  | { readonly facet: 'process'; readonly variables: readonly Located<string>[] }
  | {
      readonly facet: 'inference';
      readonly providers: readonly Located<string>[] | null;
      readonly hosts: readonly Located<string>[] | null;
      readonly models: readonly Located<string>[] | null;
    };

export const RIGHT_WORDS = ['read', 'write', 'execute'] as const;
export type RightWord = (typeof RIGHT_WORDS)[number];

/** What is null is not limited. */
export interface EgressItem {
  readonly hosts: readonly Located<string>[] | null;
  readonly ports: readonly Located<string | number>[] | null;
  readonly binaries: readonly Located<string>[] | null;
  readonly addresses: readonly Located<string>[] | null;
  readonly methods: readonly Located<string>[] | null;
  readonly paths: readonly Located<string>[] | null;
  readonly rpcMethods: readonly Located<string>[] | null;
  readonly tools: readonly Located<string>[] | null;
  readonly fields: readonly Located<string>[] | null;
  readonly uninspected: boolean;
}

export const GRANT_WORDS = ['owner', 'reason', 'ticket', 'approved_by', 'expires'] as const;
export type GrantWord = (typeof GRANT_WORDS)[number];

export const ENTRY_KINDS = [
  'egress',
  'wildcard_hosts',
  'uninspected',
  'writable_paths',
  'paths',
  'filesystem',
  'environment',
  'process',
  'syscalls',
  'credentials',
  'inference',
  'resources',
  'accept',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

export interface GrantsItem {
  readonly say: readonly GrantWord[];
  readonly of: readonly EntryKind[];
  /** As a trail names them: `preset:base`, `tier:restricted`. */
  readonly outside: readonly string[];
  readonly withinDays: number | null;
}
