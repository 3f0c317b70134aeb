import type { Interval } from './interval-set.ts';

/** TCP ports from `low` to `high`, both included, within 1 to 65535. */
export type PortRange = Interval<number>;

export const LOWEST_PORT = 1;
export const HIGHEST_PORT = 65535;

export type PortProblem = 'not-a-number' | 'out-of-range' | 'reversed';

export type PortParse =
  | { readonly ok: true; readonly range: PortRange }
  | { readonly ok: false; readonly problem: PortProblem };

/** Reads `443`, `"443"` or `"8000-8010"`: plain decimal digits without sign, space or leading zero. */
export function parsePortRange(value: string | number): PortParse {
  const parts = /^(0|[1-9][0-9]*)(?:-(0|[1-9][0-9]*))?$/.exec(String(value));
  if (!parts) return { ok: false, problem: 'not-a-number' };
  const low = Number(parts[1]);
  const high = parts[2] === undefined ? low : Number(parts[2]);
  if (low < LOWEST_PORT || low > HIGHEST_PORT || high < LOWEST_PORT || high > HIGHEST_PORT) {
    return { ok: false, problem: 'out-of-range' };
  }
  if (low > high) return { ok: false, problem: 'reversed' };
  return { ok: true, range: { low, high } };
}

/** Whether a connection can go to the port at all. */
export function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= LOWEST_PORT && value <= HIGHEST_PORT;
}

/** `443` or `8000-8010`. */
export function printPortRange(range: PortRange): string {
  return range.low === range.high ? String(range.low) : `${range.low}-${range.high}`;
}
