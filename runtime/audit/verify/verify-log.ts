import type { LookBack } from './investigation.ts';
import { ChainLinkReader, hexDigest } from './line-facts.ts';
import { scanLines } from './scan-lines.ts';
import type { Demands, LogSource, Verification } from './verification.ts';
import { type Expected, Verifier } from './verifier.ts';

/**
 * Verifies a log, streamed and in constant memory: that its lines are chained and numbered, that the signatures in it are good,
 * and what is demanded of it. Finds the first place that is wrong and says what was done there. Files are given in their order.
 *
 * @param expected where the chain goes on, for the later files of a log; null where anything may begin
 */
export function verifyLog(
  sources: readonly LogSource[],
  demands: Demands,
  expected: Expected | null = null,
): Verification {
  const verifier = new Verifier(demands, expected);
  for (const { name, first, open } of sources) {
    verifier.startFile(name, first);
    if (!scanLines(open() ?? [], verifier.take, verifier.keep)) break;
  }
  const lookBack = verifier.endOfLog();
  return verifier.finish(lookBack !== null && isIn(sources, lookBack));
}

/** Whether the first line of a number is the wanted one. */
function isIn(sources: readonly LogSource[], { sequence, digest }: LookBack): boolean {
  const reader = new ChainLinkReader();
  let isEqual = false;
  for (const { open } of sources) {
    const isReadOn = scanLines(open() ?? [], (buffer, start, end) => {
      if (!reader.read(buffer, start, end) || reader.sequence !== sequence) return true;
      isEqual = hexDigest(buffer, start, end) === digest;
      return false;
    });
    if (!isReadOn) break;
  }
  return isEqual;
}
