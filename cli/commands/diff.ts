import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { hasErrors } from '../../compiler/diagnostics/entry.ts';
import { type Comparison, worstVerdict } from '../../compiler/report/difference/comparison.ts';
import type { Bindings } from '../../compiler/resolve/resolved.ts';
import type { DiffArguments } from '../arguments/diff.ts';
import { assumedPlace, sayAssumed } from '../assumed-place.ts';
import { differenceExitCode } from '../difference-exit-code.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { changedPolicies, type Skipped } from '../git/changed-policies.ts';
import { resolveRange } from '../git/revisions.ts';
import type { Io } from '../io.ts';
import { openFolders } from '../other-folders.ts';
import { placeFor } from '../place.ts';
import { comparePair, type PairSide, type PolicyPair } from '../policy-pair.ts';
import { readInput } from '../read-input.ts';
import { printReport } from '../report-difference.ts';

/** The pairs that a command line stands for. */
interface Gathered {
  readonly pairs: readonly PolicyPair[];
  readonly skipped: readonly Skipped[];
  readonly problems: readonly Diagnostic[];
}

/** Says what a change of policies means, in the format that was asked for. */
export async function diff(chosen: DiffArguments, io: Io): Promise<ExitCode> {
  const { place, diagnostics: placeFindings } = await placeFor(chosen.place, io);
  const gathered = place === null ? NOTHING : gather(chosen, place.bindings, io);
  const diagnostics: Diagnostic[] = [...placeFindings, ...gathered.problems];
  const comparisons: Comparison[] = [];
  const open = openFolders(place, chosen.place);
  for (const pair of gathered.pairs) {
    const compared = comparePair(pair, place!.bindings, open);
    if (compared.ok) comparisons.push(compared.comparison);
    else diagnostics.push(...compared.diagnostics);
  }
  comparisons.sort(byVerdict);
  const isValid = place !== null && !hasErrors(diagnostics);
  const assumed = assumedPlace(textsOf(comparisons), place, chosen.place);
  await printReport({ comparisons, skipped: gathered.skipped, diagnostics, isValid, assumed }, chosen, io);
  sayAssumed(assumed, chosen.format, io);
  return isValid ? differenceExitCode(comparisons, chosen) : EXIT.invalid;
}

function textsOf(comparisons: readonly Comparison[]): string[] {
  return comparisons
    .flatMap(({ old, next }) => [...old.files.values(), ...next.files.values()])
    .map(({ text }) => text);
}

const NOTHING: Gathered = { pairs: [], skipped: [], problems: [] };

function gather({ what }: DiffArguments, bindings: Bindings, io: Io): Gathered {
  if (what.kind === 'files') return pairOfFiles(what.old, what.next, io);
  const range = resolveRange(what.range, io.git, io.cwd);
  if (!range.ok) return { ...NOTHING, problems: [range.problem] };
  const sources = { git: io.git, shipped: io.reader, disk: io };
  return changedPolicies(range.range, what.paths, bindings, sources);
}

function pairOfFiles(old: string, next: string, io: Io): Gathered {
  const inputs = [readInput(old, io), readInput(next, io)] as const;
  const problems = inputs.flatMap((input) => (input.ok ? [] : [input.problem]));
  const side = (input: (typeof inputs)[number]): PairSide => ({
    label: input.name,
    name: input.name,
    before: '',
    bytes: input.ok ? input.bytes : null,
    reader: io.reader,
  });
  const pair = { path: inputs[1].name, renamedFrom: null, old: side(inputs[0]), next: side(inputs[1]) };
  return { pairs: problems.length > 0 ? [] : [pair], skipped: [], problems };
}

/** Worst first, then by name. */
function byVerdict(a: Comparison, b: Comparison): number {
  const [left, right] = [a.difference.verdict, b.difference.verdict];
  if (left !== right) return worstVerdict([left, right]) === left ? -1 : 1;
  return a.path < b.path ? -1 : 1;
}
