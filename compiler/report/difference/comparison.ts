import type { Difference, DifferenceVerdict } from '../../analysis/difference/difference.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { SourceFile } from '../../source/source-file.ts';
import type { Span } from '../../source/span.ts';

/** One side of a comparison, with all that a report quotes of it. */
export interface ComparedSide {
  /** How the report calls it: a file's name, or a revision and a path. */
  readonly label: string;
  /** Digest of the meaning; null where nothing is there, or where the two are too intricate to be compared. */
  readonly digest: string | null;
  /** The text of the policy itself; null where nothing is there. */
  readonly text: SourceFile | null;
  /** Every file that had a part in it, by the name that origins give. */
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Where the policy itself names what it extends, by the name that trails give it, without an access level. */
  readonly extended: ReadonlyMap<string, Span>;
}

/** Two policies and what the change from one to the other means. */
export interface Comparison {
  /** The policy's own name: the path of the new side, or of the old one where it was deleted. */
  readonly path: string;
  /** Its path before, where that was another one. */
  readonly renamedFrom: string | null;
  readonly old: ComparedSide;
  readonly next: ComparedSide;
  readonly difference: Difference;
}

/** What a report leaves out, and what it could not look at. */
export interface ReportOptions {
  /** Sets that are listed of each comparison, worst first; null for all. */
  readonly most: number | null;
  /** Whether the lines that differ stand below the meaning. */
  readonly showsLines: boolean;
  /** Why policies could not be compared; with one of these, the comparisons are not the whole answer. */
  readonly problems: readonly Diagnostic[];
}

/** From the best to the worst. A policy that could not be compared is worse than one that only narrows. */
const RANKS: readonly DifferenceVerdict[] = ['equal', 'narrows', 'inconclusive', 'widens', 'both'];

/** The worst verdict of several; `equal` for none. */
export function worstVerdict(verdicts: readonly DifferenceVerdict[]): DifferenceVerdict {
  return RANKS[Math.max(0, ...verdicts.map((verdict) => RANKS.indexOf(verdict)))]!;
}

/** The verdict on a whole change. A policy that could not be compared might widen. */
export function overallVerdict(
  comparisons: readonly Comparison[],
  problems: readonly Diagnostic[],
): DifferenceVerdict {
  const verdicts = comparisons.map(({ difference }) => difference.verdict);
  return worstVerdict(problems.length > 0 ? [...verdicts, 'inconclusive'] : verdicts);
}

/** Both sides exist and have the same bytes. */
export function hasSameText({ old, next }: Comparison): boolean {
  return old.text !== null && next.text !== null && old.text.text === next.text.text;
}
