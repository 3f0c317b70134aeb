import type { Located } from '../../source/span.ts';

/**
 * The text of an argument's value. A number that begins with 0 stays as it is written: YAML reads `04755` as 4755, and whoever
 * writes it means the mode.
 */
export function argumentText({ value, span }: Located<string | number>): string {
  const written = span.source.text.slice(span.start, span.end);
  return typeof value === 'number' && /^0[0-9]/.test(written) ? written : String(value);
}
