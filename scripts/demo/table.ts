import { styleText } from 'node:util';
import type { Attempt } from './attempts.ts';

/** One attempt with both answers to it. */
export interface Row {
  readonly attempt: Attempt;
  readonly says: 'allow' | 'deny';
  /** `worked`, or the error that the agent's program was given. */
  readonly kernel: string;
  readonly agrees: boolean;
}

const HEAD = ['', 'who', 'the agent tries to', 'blueprint', 'kernel', 'stopped by'];

/** The table of a demo run, one line an attempt. Colour follows NO_COLOR, FORCE_COLOR and the stream. */
export function demoTable(rows: readonly Row[], stream: NodeJS.WritableStream): string {
  const cells = rows.map(({ attempt, says, kernel, agrees }) => [
    agrees ? 'ok' : 'NO',
    attempt.who,
    attempt.words,
    says,
    kernel,
    kernel === 'worked' ? '-' : attempt.access.facet,
  ]);
  const widths = HEAD.map((head, column) =>
    Math.max(head.length, ...cells.map((row) => row[column]!.length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
  const painted = cells.map((row, at) => paint(line(row), rows[at]!, stream));
  return [line(HEAD), widths.map((width) => '-'.repeat(width)).join('  '), ...painted].join('\n');
}

function paint(text: string, { agrees, kernel }: Row, stream: NodeJS.WritableStream): string {
  if (!agrees) return styleText(['red', 'bold'], text, { stream });
  return styleText(kernel === 'worked' ? 'green' : 'yellow', text, { stream });
}
