const FACTORS = {
  bytes: {
    '': 1,
    B: 1,
    KB: 1e3,
    MB: 1e6,
    GB: 1e9,
    KiB: 1024,
    MiB: 1024 ** 2,
    GiB: 1024 ** 3,
    TiB: 1024 ** 4,
  },
  seconds: { '': 1, s: 1, m: 60, h: 3600 },
  count: { '': 1 },
} as const;
export type AmountUnit = keyof typeof FACTORS;

/** A whole number above 0 in the unit asked for, or null. `512MiB` and `90s` carry their own unit. */
export function parseAmount(text: string | number, unit: AmountUnit): number | null {
  const parts = /^(\d{1,15})\s?([A-Za-z]*)$/.exec(String(text));
  if (!parts) return null;
  const factors: Readonly<Record<string, number>> = FACTORS[unit];
  const suffix = parts[2]!;
  if (!Object.hasOwn(factors, suffix)) return null;
  const amount = Number(parts[1]) * factors[suffix]!;
  return Number.isSafeInteger(amount) && amount > 0 ? amount : null;
}
