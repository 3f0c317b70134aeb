import type { PlaceArguments } from '../cli/arguments/place.ts';
import { policiesBetween, type Skipped } from '../cli/git/changed-policies.ts';
import type { Io } from '../cli/io.ts';
import { openFolders } from '../cli/other-folders.ts';
import { type Place, placeFor } from '../cli/place.ts';
import { comparePair, type PairSide, type PolicyPair } from '../cli/policy-pair.ts';
import { type Step, stop } from '../cli/proposals/outcome.ts';
import { gateBrokenBase } from '../compiler/diagnostics/catalog/gate.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { diagnose, hasErrors } from '../compiler/diagnostics/entry.ts';
import { loadPolicy } from '../compiler/load-policy.ts';
import type { Comparison } from '../compiler/report/difference/comparison.ts';
import type { Need } from './approvals.ts';
import { approversClaimed } from './claims.ts';
import { codeOwnersOf } from './codeowners.ts';
import type { Sides } from './commits.ts';
import { fileStart } from './file-start.ts';
import { baseGuardrails, guardrailsFor, type Proved, proveAll } from './guardrails.ts';
import type { GateInputs } from './inputs.ts';
import { type CheckedLock, checkLocks } from './locks.ts';
import { needsOf } from './needs.ts';
import { type OwnPolicyChange, ownPolicyChanges } from './own-policy.ts';
import { type RanTests, runPolicyTests } from './tests.ts';

/** All that is found out about a change before anybody is asked whether it was approved. */
export interface Evidence {
  readonly comparisons: readonly Comparison[];
  readonly skipped: readonly Skipped[];
  /** Why policies could not be compared; with one of these, the comparisons are not the whole answer. */
  readonly problems: readonly Diagnostic[];
  readonly proved: readonly Proved[];
  readonly locks: readonly CheckedLock[];
  readonly tests: RanTests;
  readonly own: readonly OwnPolicyChange[];
  readonly needs: readonly Need[];
  readonly notes: readonly Diagnostic[];
}

/** Looks at a change. Guardrails and owners are those of the base; only what is judged comes from the other side. */
export async function evidenceOf(
  sides: Sides,
  inputs: GateInputs,
  io: Io,
): Promise<Step<{ evidence: Evidence }>> {
  const { range, commits } = sides;
  const placed = await placeFor(NO_PLACE, io);
  if (placed.place === null) return stop(...placed.diagnostics);
  const { place } = placed;
  const guardrails = baseGuardrails(inputs.guardrails, commits, place.bindings, io);
  if (!guardrails.ok) return guardrails;
  const found = policiesBetween(commits, range, inputs.paths, place.bindings, io.reader);
  const looked = found.pairs.map((pair) => lookAt(pair, place, guardrailsFor(pair, guardrails), io));
  const comparisons = looked.flatMap(({ comparison }) => comparison ?? []);
  const named = inputs.guardrails === 'default' ? [] : [inputs.guardrails];
  // A ceiling that is shown to let no more through than before holds as well as before.
  const lower = new Set(comparisons.flatMap((one) => (narrows(one) ? [one.path] : [])));
  const holding = [...named, ...[...guardrails.files].filter((path) => !lower.has(path))];
  const own = ownPolicyChanges(commits, holding);
  const parts = own.flatMap(({ kind, path }) => (kind === 'part' || kind === 'tests' ? [path] : []));
  const readable = found.pairs.filter((_, at) => looked[at]!.comparison !== null);
  const tests = runPolicyTests(readable, parts, commits, place.bindings, io);
  if (!tests.ok) return tests;
  const codeOwners = codeOwnersOf(commits.old);
  const base = { files: commits.old, codeOwners, ofGuardrails: guardrails.owners };
  const claims = looked.flatMap(({ comparison, claims }) => (comparison === null ? [] : [claims]));
  const needed = needsOf({ pairs: readable, comparisons, claims, own, commits }, base);
  if (!needed.ok) return needed;
  const { needs, notes } = needed;
  const evidence: Evidence = {
    comparisons,
    skipped: found.skipped,
    problems: [...found.problems, ...looked.flatMap(({ problems }) => problems)],
    proved: looked.flatMap(({ proved }) => proved),
    locks: await checkLocks(readable, commits, place, io),
    tests,
    own,
    needs,
    notes: [...guardrails.notes, ...codeOwners.notes, ...notes, ...looked.flatMap((one) => one.notes)],
  };
  return { ok: true, evidence };
}

const NOTHING = { comparison: null, problems: [], proved: [], claims: [] } as const;

/** Nobody says which folders the agents of a repository are started with, so a change counts in any. */
const NO_PLACE: PlaceArguments = { target: null, workdir: null, home: null, variables: {} };

interface Looked {
  readonly comparison: Comparison | null;
  readonly problems: readonly Diagnostic[];
  readonly proved: readonly Proved[];
  /** Whom it newly names as approvers. */
  readonly claims: readonly string[];
  readonly notes: readonly Diagnostic[];
}

function narrows({ difference: { verdict } }: Comparison): boolean {
  return verdict === 'equal' || verdict === 'narrows';
}

function lookAt(pair: PolicyPair, place: Place, guardrails: Parameters<typeof proveAll>[4], io: Io): Looked {
  const { bindings } = place;
  const policyOf = ({ name, bytes, reader }: PairSide) =>
    bytes === null ? null : loadPolicy(name, bytes, reader, bindings);
  const before = policyOf(pair.old);
  const isBroken = before !== null && before.policy === null;
  const judged = isBroken ? { ...pair, old: { ...pair.old, bytes: null } } : pair;
  const problem = isBroken
    ? (before.diagnostics.find(({ severity }) => severity === 'error')?.message ?? '')
    : '';
  const notes = isBroken
    ? [diagnose(gateBrokenBase, fileStart(pair.path), { path: pair.old.name, problem })]
    : [];
  const compared = comparePair(judged, bindings, openFolders(place, NO_PLACE));
  if (!compared.ok) return { ...NOTHING, problems: compared.diagnostics, notes };
  const { comparison } = compared;
  const next = policyOf(pair.next);
  if (next === null) return { ...NOTHING, comparison, notes };
  if (next.policy === null || hasErrors(next.diagnostics)) {
    return { ...NOTHING, problems: next.diagnostics, notes };
  }
  const isLower = narrows(comparison);
  const old = before?.policy ?? null;
  const proved = proveAll(pair.path, isLower ? old : null, next.policy, isLower, guardrails, io.now());
  return { comparison, problems: [], proved, claims: approversClaimed(old, next.policy, comparison), notes };
}
