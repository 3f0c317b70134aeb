import { InvalidArgumentError, Option } from 'commander';
import type { TimeArgument } from './audit.ts';

const MILLISECONDS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const AGO = /^(\d{1,9})([smhd])$/;
/** RFC 3339; a day stands for its beginning, and nothing but UTC and offsets is a time that means the same everywhere. */
const AT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** An option that takes a time, or how long ago it was. */
export function timeOption(flags: string, summary: string): Option {
  return new Option(flags, summary).argParser(timeOf);
}

function timeOf(text: string): TimeArgument {
  const [, amount, unit] = AGO.exec(text) ?? [];
  if (amount !== undefined) return { kind: 'ago', milliseconds: Number(amount) * MILLISECONDS[unit!]! };
  const time = AT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new InvalidArgumentError(
      'Give a time such as 2026-01-31, 2026-01-31T18:00:00Z or 2h (before now).',
    );
  }
  return { kind: 'at', time };
}
