import { InvalidArgumentError } from 'commander';

const MILLISECONDS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^([1-9]\d{0,8})([smhd])$/;

/**
 * Reads how long something lasts: `15m`, `8h`, `30d`.
 *
 * @param longest in milliseconds
 * @returns a parser of milliseconds for commander
 */
export function durationUpTo(longest: number, words: string): (text: string) => number {
  return (text) => {
    const [, amount, unit] = DURATION.exec(text) ?? [];
    const milliseconds = amount === undefined ? Number.NaN : Number(amount) * MILLISECONDS[unit!]!;
    if (Number.isNaN(milliseconds))
      throw new InvalidArgumentError('Give a number and a unit, such as 15m, 8h or 30d.');
    if (milliseconds > longest) throw new InvalidArgumentError(`It may last ${words} at most.`);
    return milliseconds;
  };
}
