import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Endpoint, NetworkPolicy } from '../../frontend/blueprint/blueprint.ts';
import type { EgressEntry } from '../../ir/egress.ts';
import type { Policy } from '../../ir/policy.ts';
import type { Bindings, Resolved } from '../../resolve/resolved.ts';
import type { Span } from '../../source/span.ts';
import type { FileTree } from './file-tree.ts';

/** One reading of the file that is looked at: its words, merged with what it extends, and what they mean. */
export interface Reading {
  /** The file as findings name it; only what stands in it is judged. */
  readonly file: string;
  /** A preset or tier, seen as in a blueprint that extends it. */
  readonly isPart: boolean;
  readonly resolved: Resolved;
  readonly policy: Policy;
  /** What was said while it was read; no errors. */
  readonly diagnostics: readonly Diagnostic[];
  /** What it extends by itself, without its own entries; null where that cannot stand alone. */
  readonly inherited: { readonly resolved: Resolved; readonly policy: Policy } | null;
  readonly bindings: Bindings;
}

/** What the rules look at. */
export interface Subject extends Reading {
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
  /** The files among which the agent will run; null where nobody named them. */
  readonly tree: FileTree | null;
  /** Other files are known to extend this one. */
  readonly isExtended?: boolean;
}

/** Whether a place is in the file that is judged, and not in what it extends. */
export function isOwn({ file }: Pick<Reading, 'file'>, span: Span): boolean {
  return span.source.path === file;
}

/** One endpoint of a network policy with what it means. */
export interface EgressWords {
  readonly network: NetworkPolicy;
  readonly endpoint: Endpoint;
  readonly entry: EgressEntry;
  readonly isOwn: boolean;
}

/** The endpoints in the order of the policy's entries. */
export function egressWords(reading: Reading): readonly EgressWords[] {
  const { entries } = reading.policy.egress;
  const words = reading.resolved.network.flatMap(({ item: network }) =>
    network.endpoints.map((endpoint) => ({
      network,
      endpoint,
      isOwn: isOwn(reading, endpoint.host.span),
    })),
  );
  if (words.length !== entries.length) throw new Error('an endpoint was not lowered to one entry');
  return words.map((word, at) => ({ ...word, entry: entries[at]! }));
}
