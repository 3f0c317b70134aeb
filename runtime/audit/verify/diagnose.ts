import type { Damage, DamageKind } from './verification.ts';

/** One line, as much of it as it takes to say what was done to it or its neighbours. */
export interface SeenLine {
  readonly file: string;
  /** From 1, within the file. */
  readonly line: number;
  /** Null where its end is none of an event. */
  readonly link: { readonly sequence: number; readonly previous: string } | null;
  readonly digest: string;
  /** What happened by it; null where it is no event. */
  readonly kind: string | null;
  /** Whether it has a signature that is not the key's. */
  readonly isForged: boolean;
  /** False for the last piece of a file without a line break. */
  readonly isWhole: boolean;
  /** Whether it is, as far as it goes, the beginning of one event. */
  readonly isBeginning: boolean;
}

/** What is known where the chain breaks: the line that stands there does not follow the one before. */
export interface Break {
  /** Null where the log begins with the break. */
  readonly before: SeenLine | null;
  /** Sequence and digest that the line there should name; the digest is null where nobody knows it. */
  readonly expected: number;
  readonly digest: string | null;
  readonly found: SeenLine;
  /** Null where the log ends. */
  readonly after: SeenLine | null;
}

/** What was done, or what has to be looked for to tell it: see `fromSearch` and `fromLookingBack`. */
export type Diagnosis = Damage | { readonly kind: 'missing' } | { readonly kind: 'again' };

/** Says what was done, from the lines around a break. */
export function diagnose(broken: Break): Diagnosis {
  const { expected, digest, found, after } = broken;
  if (!found.isWhole) return tornWithin(broken);
  const isPassedOver = after !== null && follows(after, broken);
  if (found.link === null || found.kind === null)
    return at(found, isPassedOver ? 'inserted' : 'changed', expected);
  if (found.link.previous === digest) return at(found, 'changed', expected);
  if (found.link.sequence > expected && !isBeforeWrong(broken)) return { kind: 'missing' };
  if (isPassedOver) {
    return found.link.sequence < expected ? { kind: 'again' } : at(found, 'inserted', expected);
  }
  if (isBeforeWrong(broken)) return at(broken.before!, 'changed', expected - 1);
  return found.link.sequence === expected ? at(found, 'changed', expected) : { kind: 'again' };
}

/** A file ends within a line, and another one goes on. What a crash leaves is never left so. */
function tornWithin({ found, expected, after }: Break): Damage {
  if (!found.isBeginning) return at(found, 'changed', expected);
  const next = after?.link?.sequence ?? expected;
  return { ...at(found, 'truncated', expected), lines: [expected, Math.max(expected, next - 1)] };
}

/** Of two neighbours that do not fit, the first is wrong when the second fits all that it can be held against. */
function isBeforeWrong({ before, expected, found, after }: Break): boolean {
  if (before === null) return false;
  if (before.kind === null) return true;
  const { sequence } = found.link!;
  const isSound = after === null ? !found.isForged : after.link?.previous === found.digest;
  // Only the very first line may be wrong about where the log begins.
  return isSound && (sequence === expected || (sequence < expected && isFirst(before)));
}

function isFirst({ line, link }: SeenLine): boolean {
  return line === 1 && link !== null && link.sequence !== 0;
}

/** Whether a line follows the one before the break, as if the one in between were not there. */
function follows(line: SeenLine, { expected, digest }: Break): boolean {
  const { link, kind } = line;
  return kind !== null && link?.sequence === expected && link.previous === digest;
}

function at({ file, line }: SeenLine, kind: DamageKind, sequence: number): Damage {
  return { kind, place: { file, line, sequence }, lines: null };
}

/**
 * Says what was done where lines are missing, from whether they come later.
 *
 * @param expectedLater whether the line that should stand there comes later
 * @param foundLater whether the line that stands there comes once more
 */
export function fromSearch(broken: Break, expectedLater: boolean, foundLater: boolean): Damage {
  const { before, expected, found } = broken;
  const { file, line } = found;
  const { sequence } = found.link!;
  const place = { file, line, sequence: expected };
  if (expectedLater && foundLater) return { kind: 'duplicated', place, lines: [sequence, sequence] };
  if (expectedLater) return { kind: 'reordered', place, lines: [sequence, sequence] };
  const lines = [expected, sequence - 1] as const;
  // Whole files are missing where the one before has its last word.
  const isEndGone = found.kind === 'opened' && line === 1 && before !== null && before.kind !== 'closed';
  if (!isEndGone) return { kind: 'removed', place, lines };
  return {
    kind: 'truncated',
    place: { file: before.file, line: before.line + 1, sequence: expected },
    lines,
  };
}

/** The same where a line stands that comes before, by its number; `isEqual` when it is that very line. */
export function fromLookingBack({ expected, found }: Break, isEqual: boolean): Damage {
  const { file, line } = found;
  const { sequence } = found.link!;
  return {
    kind: isEqual ? 'duplicated' : 'inserted',
    place: { file, line, sequence: expected },
    lines: isEqual ? [sequence, sequence] : null,
  };
}
