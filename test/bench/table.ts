/** A figure that the project set out to reach. */
export interface BenchVerdict {
  /** What was measured, e.g. `instructions, x86_64`. */
  readonly figure: string;
  /** The goal in words, e.g. `at most 70`. */
  readonly target: string;
  readonly measured: string;
  readonly reached: boolean;
}

/** What one measurement found: ours beside its peers, taken in the same run. */
export interface BenchTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly verdicts: readonly BenchVerdict[];
}

/** The table as text: columns aligned, numbers to the right, then one line for each goal. */
export function printTable({ title, columns, rows, verdicts }: BenchTable): string {
  const cells = [columns, ...rows].map((row) => row.map(String));
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const isNumber = columns.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        isNumber[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  const [head, ...body] = cells.map(line);
  const goals = verdicts.map(
    ({ figure, target, measured, reached }) =>
      `${reached ? 'reached' : 'MISSED '}  ${figure}: ${measured} (${target})`,
  );
  return `${[title, '', head!, widths.map((width) => '-'.repeat(width)).join('  '), ...body, '', ...goals].join('\n')}\n`;
}

/** The middle of some measurements; of an even number, the lower of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1]!;
}
