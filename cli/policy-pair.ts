import { posix } from 'node:path';
import {
  type Difference,
  type DifferenceVerdict,
  difference,
  differenceOf,
} from '../compiler/analysis/difference/difference.ts';
import { recountedUses } from '../compiler/analysis/difference/recounted-uses.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { hasErrors } from '../compiler/diagnostics/entry.ts';
import type { Extension } from '../compiler/frontend/blueprint/blueprint.ts';
import { policyDigest } from '../compiler/ir/canonical.ts';
import type { Policy } from '../compiler/ir/policy.ts';
import { loadPolicy } from '../compiler/load-policy.ts';
import type { ComparedSide, Comparison } from '../compiler/report/difference/comparison.ts';
import { joinBeside } from '../compiler/resolve/file-name.ts';
import type { Bindings, Input } from '../compiler/resolve/resolved.ts';
import { SourceFile } from '../compiler/source/source-file.ts';
import type { SourceReader } from '../compiler/source/source-reader.ts';
import type { Span } from '../compiler/source/span.ts';
import { inAllFolders } from './in-all-folders.ts';
import type { OpenFolders } from './other-folders.ts';

/** One side to compare: its bytes, and what it extends is read with. */
export interface PairSide {
  /** How a report calls it. */
  readonly label: string;
  /** Its path, from which what it extends is named. */
  readonly name: string;
  /** Before the names of its files in findings and reports, such as `main:`; empty where they are names of files. */
  readonly before: string;
  /** Null where no policy is there. */
  readonly bytes: Uint8Array | null;
  readonly reader: SourceReader;
}

/** Two sides to compare, under the name of the policy. */
export interface PolicyPair {
  readonly path: string;
  readonly renamedFrom: string | null;
  readonly old: PairSide;
  readonly next: PairSide;
}

/** The comparison, or the errors that one of the sides has. */
export type Compared =
  | { readonly ok: true; readonly comparison: Comparison }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** The least that a policy can say: the agent starts in a folder, and can look at it. */
const LEAST = `apiVersion: nemoclaw.dev/v1
kind: Blueprint
metadata: { name: nothing }
filesystem_policy:
  read_only: [{ path: "\${workdir}", execute: false }]
syscalls: { profile: none, allow: [execve] }
`;

/**
 * Loads both sides and compares them. Where one side is not there, the other one is compared with a policy that allows
 * next to nothing: all that it allows is new, or gone.
 *
 * @param open folders of the bindings that are not named; what the change means in others is a part of the difference
 * @param oldBindings where the old side was bound otherwise
 */
export function comparePair(
  pair: PolicyPair,
  bindings: Bindings,
  open: OpenFolders,
  oldBindings: Bindings = bindings,
): Compared {
  const old = loadSide(pair.old, oldBindings);
  const next = loadSide(pair.next, bindings);
  if (old.policy === null || next.policy === null) {
    return { ok: false, diagnostics: [...old.diagnostics, ...next.diagnostics] };
  }
  const policies = { old: old.policy, next: next.policy };
  const texts = [old, next].flatMap(({ side }) => [...side.files.values()].map(({ text }) => text));
  const here = asItRuns(difference(old.policy, next.policy), policies, pair);
  // A policy that is not there means nothing in any folder.
  const isChange = pair.old.bytes !== null && pair.next.bytes !== null;
  const found = !isChange
    ? here
    : inAllFolders(here, policies, { bindings, open, texts }, (there) => ({
        old: loadSide(pair.old, there),
        next: loadSide(pair.next, there),
      }));
  // What was too intricate to compare is so to be digested, and finding that out again takes seconds.
  const hasDigests = found.unknown === null;
  const sides = {
    old: hasDigests ? withDigest(old.side, old.policy) : old.side,
    next: hasDigests ? withDigest(next.side, next.policy) : next.side,
  };
  return {
    ok: true,
    comparison: {
      path: pair.path,
      renamedFrom: pair.renamedFrom,
      ...sides,
      difference: checkedByDigest(oneWay(found, pair), sides.old, sides.next),
    },
  };
}

/** With the uses that are counted anew, as no meaning of the two policies tells. */
function asItRuns(
  found: Difference,
  policies: { readonly [side in 'old' | 'next']: Policy },
  { old, next }: PolicyPair,
): Difference {
  if (old.bytes === null || next.bytes === null) return found;
  const recounted = recountedUses(policies.old, policies.next);
  if (recounted.length === 0) return found;
  return differenceOf([...found.changes, ...recounted], found.isComplete, found.unknown);
}

interface LoadedSide {
  readonly policy: Policy | null;
  readonly side: ComparedSide;
  /** Errors alone: what a valid policy could do better is not what is asked. */
  readonly diagnostics: readonly Diagnostic[];
}

function loadSide({ label, name, before, bytes, reader }: PairSide, bindings: Bindings): LoadedSide {
  const { policy, inputs, extended, diagnostics } = loadPolicy(
    name,
    bytes ?? new TextEncoder().encode(LEAST),
    reader,
    bindings,
  );
  const files = bytes === null ? new Map<string, SourceFile>() : filesOf(inputs, name, before);
  const errors = hasErrors(diagnostics) ? diagnostics.filter(({ severity }) => severity === 'error') : [];
  return {
    policy,
    side: {
      label,
      digest: null,
      text: files.get(name) ?? null,
      files,
      extended: placesOf(extended, name, files.get(name) ?? null),
    },
    diagnostics: before === '' ? errors : errors.map((one) => renamed(one, before)),
  };
}

function withDigest(side: ComparedSide, policy: Policy): ComparedSide {
  return side.text === null ? side : { ...side, digest: policyDigest(policy).value };
}

/** Where the text names what it extends, by the names that trails have. */
function placesOf(
  extended: readonly Extension[],
  root: string,
  source: SourceFile | null,
): ReadonlyMap<string, Span> {
  if (source === null) return new Map();
  return new Map(
    extended.map(({ kind, name, span: { start, end } }) => [
      kind === 'file' ? joinBeside(root, name.value) : `${kind}:${name.value}`,
      { source, start, end },
    ]),
  );
}

/** Every input by the name that origins give it. */
function filesOf(inputs: readonly Input[], root: string, before: string): Map<string, SourceFile> {
  return new Map(
    inputs.map((input, at) => {
      const isShipped = /^(?:preset|tier):/.test(input.name);
      const named = isShipped ? input.name : posix.join(posix.dirname(root), input.name);
      const name = at === 0 ? root : named;
      const shown = isShipped ? name : `${before}${name}`;
      return [name, new SourceFile(shown, new TextDecoder().decode(input.bytes))];
    }),
  );
}

/** The same finding, its files called by another name. */
function renamed(diagnostic: Diagnostic, before: string): Diagnostic {
  const sources = new Map<SourceFile, SourceFile>();
  const inOther = <T extends { readonly source: SourceFile }>(span: T): T => {
    const { source } = span;
    if (/^(?:preset|tier):/.test(source.path)) return span;
    const other = sources.get(source) ?? new SourceFile(`${before}${source.path}`, source.text);
    sources.set(source, other);
    return { ...span, source: other };
  };
  return {
    ...diagnostic,
    primary: diagnostic.primary && inOther(diagnostic.primary),
    related: diagnostic.related.map(({ span, label }) => ({ span: inOther(span), label })),
  };
}

/** Where there was no agent, nothing can be lost; where there is none any more, nothing can be won. */
export function oneWay(
  found: Difference,
  { old, next }: { readonly [side in 'old' | 'next']: Pick<PairSide, 'bytes'> },
): Difference {
  if (old.bytes !== null && next.bytes !== null) return found;
  const only = old.bytes === null ? 'widens' : 'narrows';
  const changes = found.changes.filter(({ direction }) => direction === only);
  if (only === 'narrows') return { ...found, changes, verdict: 'narrows', unknown: null };
  const verdict: DifferenceVerdict = found.verdict === 'inconclusive' ? 'inconclusive' : 'widens';
  return { ...found, changes, verdict };
}

/** Digests are worked out on a way of their own. Where they contradict that nothing changed, nothing is claimed. */
export function checkedByDigest(
  found: Difference,
  old: Pick<ComparedSide, 'digest'>,
  next: Pick<ComparedSide, 'digest'>,
): Difference {
  if (found.verdict !== 'equal' || old.digest === null || next.digest === null) return found;
  if (old.digest === next.digest) return found;
  return { ...found, verdict: 'inconclusive', isComplete: false, unknown: 'what their digests tell apart' };
}
