import type { Comparison } from '../compiler/report/difference/comparison.ts';
import type { DiffArguments, Failure } from './arguments/diff.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

type Judged = Pick<Comparison, 'difference'>;

/**
 * The exit code of comparisons that could all be made. What fails counts before what differs, and a verdict that is not
 * known fails without being asked for: it must not pass for a yes.
 */
export function differenceExitCode(
  comparisons: readonly Judged[],
  { failOn, detailedExitCode }: Pick<DiffArguments, 'failOn' | 'detailedExitCode'>,
): ExitCode {
  if (comparisons.some(({ difference }) => difference.verdict === 'inconclusive')) return EXIT.no;
  if (failOn.some((failure) => comparisons.some((one) => isFailure(one, failure)))) return EXIT.no;
  const differs = comparisons.some(({ difference }) => difference.verdict !== 'equal');
  return detailedExitCode && differs ? EXIT.differs : EXIT.ok;
}

/** What is not known might widen. */
function isFailure({ difference: { verdict, unknown } }: Judged, failure: Failure): boolean {
  const isUnknown = verdict === 'inconclusive' || unknown !== null;
  switch (failure) {
    case 'any':
      return verdict !== 'equal' || isUnknown;
    case 'widening':
      return verdict === 'widens' || verdict === 'both' || isUnknown;
    case 'inconclusive':
      return isUnknown;
  }
}
