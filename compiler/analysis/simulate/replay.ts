import { isUtf8 } from 'node:buffer';
import { type DecisionEvent, type LineDigest, LONGEST_LINE, verdictOf } from '../../ir/audit-event/event.ts';
import { linesOf } from '../../ir/audit-event/lines.ts';
import { type ReadEvent, readEvent } from '../../ir/audit-event/read.ts';
import type { Policy } from '../../ir/policy.ts';
import { accessKey, Decider } from './decider.ts';
import { type Bounds, Tally, type TallyResult } from './tally.ts';

/** A line that is no event. */
export interface DamagedLine {
  readonly number: number;
  readonly problem: string;
}

/** What a recorded log says of a changed policy. */
export interface Simulation extends TallyResult {
  readonly lines: number;
  /** Accesses that were replayed. */
  readonly decisions: number;
  /** Of the earliest and the latest of them, in milliseconds since 1970 UTC; null where there is none. */
  readonly from: number | null;
  readonly to: number | null;
  readonly damaged: number;
  /** The first ones. */
  readonly damagedLines: readonly DamagedLine[];
  /** Lines that do not follow the line before them; the first is named. */
  readonly chainBreaks: number;
  readonly firstChainBreak: number | null;
  /** Of accesses that OLD decides in another way than the log has it; null without OLD. */
  readonly unlikeOld: number | null;
}

const MOST_DAMAGED_LINES = 10;

/**
 * Replays the decisions of a log against a policy. Reads as a stream; memory is bounded by `bounds` whatever the log holds.
 *
 * @param chunks the bytes of the log
 * @param old compare with what this policy decides; null to compare with the verdicts that were recorded
 */
export function simulate(
  chunks: Iterable<Uint8Array>,
  policy: Policy,
  old: Policy | null,
  bounds: Bounds,
): Simulation {
  const replay = new Replay(policy, old, bounds);
  for (const { number, bytes, digest } of linesOf(chunks)) replay.line(number, bytes, digest);
  return replay.result();
}

class Replay {
  readonly #next: Decider;
  readonly #old: Decider | null;
  readonly #tally: Tally;
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #damagedLines: DamagedLine[] = [];
  #lines = 0;
  #decisions = 0;
  #from: number | null = null;
  #to: number | null = null;
  #damaged = 0;
  #chainBreaks = 0;
  #firstChainBreak: number | null = null;
  #unlikeOld = 0;
  #before: LineDigest | null = null;

  constructor(policy: Policy, old: Policy | null, bounds: Bounds) {
    this.#next = new Decider(policy);
    this.#old = old === null ? null : new Decider(old);
    this.#tally = new Tally(bounds);
  }

  line(number: number, bytes: Uint8Array | null, digest: LineDigest): void {
    this.#lines = number;
    const before = this.#before;
    this.#before = digest;
    const read = this.read(bytes);
    if (!read.ok) {
      this.#damaged++;
      if (this.#damagedLines.length < MOST_DAMAGED_LINES) {
        this.#damagedLines.push({ number, problem: read.problem });
      }
      return;
    }
    const { previous, time, what } = read.event;
    // A log may begin anywhere: the first line of a later file names one that is not here.
    if (before !== null && previous !== before) {
      this.#chainBreaks++;
      this.#firstChainBreak ??= number;
    }
    if (what.kind === 'decision') this.decision(what, time);
  }

  private decision({ access, why }: DecisionEvent, time: number): void {
    this.#decisions++;
    if (this.#from === null || time < this.#from) this.#from = time;
    if (this.#to === null || time > this.#to) this.#to = time;
    const recorded = verdictOf(why);
    const name = accessKey(access);
    const was = this.#old === null ? recorded : this.#old.decide(access, name).verdict;
    if (was !== recorded) this.#unlikeOld++;
    const now = this.#next.decide(access, name);
    if (now.verdict !== was) this.#tally.add(access, name, now, time);
  }

  private read(bytes: Uint8Array | null): ReadEvent {
    if (bytes === null) return { ok: false, problem: `it is longer than ${LONGEST_LINE} bytes` };
    return isUtf8(bytes) ? readEvent(this.#utf8.decode(bytes)) : { ok: false, problem: 'it is not UTF-8' };
  }

  result(): Simulation {
    return {
      ...this.#tally.result(),
      lines: this.#lines,
      decisions: this.#decisions,
      from: this.#from,
      to: this.#to,
      damaged: this.#damaged,
      damagedLines: this.#damagedLines,
      chainBreaks: this.#chainBreaks,
      firstChainBreak: this.#firstChainBreak,
      unlikeOld: this.#old === null ? null : this.#unlikeOld,
    };
  }
}
