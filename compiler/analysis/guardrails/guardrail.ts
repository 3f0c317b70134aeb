import type { CidrBlock } from '../../domain/address.ts';
import type { Glob } from '../../domain/glob.ts';
import type { HostPattern } from '../../domain/host.ts';
import type { MethodSet } from '../../domain/method.ts';
import type { PortRange } from '../../domain/port.ts';
import type { EntryKind, GrantWord } from '../../frontend/guardrails/guardrails.ts';
import type { Extent } from '../../ir/extent.ts';
import type { FileRights } from '../../ir/filesystem.ts';
import type { OperationSet } from '../../ir/operation.ts';
import type { Policy } from '../../ir/policy.ts';
import type { Span } from '../../source/span.ts';

/** One property that no policy may break, with every word parsed into its domain. */
export interface Guardrail {
  readonly name: string;
  readonly reason: string | null;
  readonly span: Span;
  readonly property: Property;
}

export type Property =
  /** No access to the network of this set. `exempt` lists binaries that may have it all the same. */
  | { readonly kind: 'never-egress'; readonly set: EgressSet; readonly exempt: readonly Glob[] }
  | { readonly kind: 'never-filesystem'; readonly paths: readonly Glob[]; readonly rights: FileRights }
  | { readonly kind: 'never-syscalls'; readonly names: readonly string[] }
  /** Names, or beginnings of names that end in `*`. */
  | { readonly kind: 'never-environment'; readonly variables: readonly string[] }
  | { readonly kind: 'never-inference'; readonly calls: InferenceSet }
  | { readonly kind: 'landlock' }
  | { readonly kind: 'residency'; readonly regions: readonly string[] }
  | { readonly kind: 'grants'; readonly grants: GrantRequirement }
  | { readonly kind: 'maximum'; readonly ceiling: Policy };

/** Accesses to the network. A stream that nobody looks into counts as every method and path. */
export interface EgressSet {
  readonly hosts: Extent<readonly HostPattern[]>;
  readonly ports: Extent<readonly PortRange[]>;
  readonly binaries: Extent<readonly Glob[]>;
  readonly addresses: Extent<readonly CidrBlock[]>;
  readonly methods: Extent<MethodSet>;
  readonly paths: Extent<readonly Glob[]>;
  /** What they ask for inside, any of these; a body that nobody reads may ask for all of it. */
  readonly operations: Extent<readonly OperationSet[]>;
  /** Inspected requests are not meant, only streams. */
  readonly streamsOnly: boolean;
}

export interface InferenceSet {
  readonly providers: Extent<readonly string[]>;
  readonly hosts: Extent<readonly HostPattern[]>;
  /** Patterns of the kind `text`. */
  readonly models: Extent<readonly Glob[]>;
}

export interface GrantRequirement {
  readonly say: readonly GrantWord[];
  readonly of: readonly EntryKind[];
  readonly outside: readonly string[];
  readonly withinDays: number | null;
}
