import type { Span } from '../../source/span.ts';
import { countsOf } from '../collect.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { excerptOf } from './excerpt.ts';
import { type Palette, PLAIN } from './palette.ts';
import { visible } from './visible.ts';

export interface TextOptions {
  readonly palette?: Palette;
  /** Width of the terminal; longer source lines are cut around the place that matters. */
  readonly columns?: number;
}

/**
 * Findings for people, one block each:
 *
 *     agent.yaml:4:11: error: port 70000 does not exist [NC1551]
 *        4 |     port: 70000
 *          |           ^^^^^
 *       help: write a number from 1 to 65535
 *
 * Empty when there is none; else ends with a line break.
 */
export function renderText(diagnostics: readonly Diagnostic[], options: TextOptions = {}): string {
  const layout = { palette: options.palette ?? PLAIN, columns: options.columns ?? 110 };
  return diagnostics.map((diagnostic) => `${blockOf(diagnostic, layout).join('\n')}\n`).join('\n');
}

/** For example `2 errors and 1 warning`, or `nothing to report`. */
export function summaryOf(diagnostics: readonly Diagnostic[]): string {
  const { errors, warnings, notes } = countsOf(diagnostics);
  const parts = [counted(errors, 'error'), counted(warnings, 'warning'), counted(notes, 'note')];
  const said = parts.filter((part) => part !== null);
  if (said.length === 0) return 'nothing to report';
  return said.length === 1 ? said[0]! : `${said.slice(0, -1).join(', ')} and ${said.at(-1)}`;
}

function counted(count: number, noun: string): string | null {
  if (count === 0) return null;
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

interface Layout {
  readonly palette: Palette;
  readonly columns: number;
}

function blockOf(diagnostic: Diagnostic, { palette, columns }: Layout): string[] {
  const { severity, code, message, primary, related, help } = diagnostic;
  const gutter = gutterOf([primary, ...related.map(({ span }) => span)]);
  const lines = [
    `${palette.strong(`${placeOf(primary)}:`)} ${palette.severity(severity, `${severity}:`)} ` +
      `${palette.strong(visible(message))} ${palette.faint(`[${code}]`)}`,
  ];
  if (primary) lines.push(...underlined(primary, '^', gutter, { palette, columns }, severity));
  for (const { span, label } of related) {
    lines.push(`  ${placeOf(span)}: ${visible(label)}`);
    lines.push(...underlined(span, '-', gutter, { palette, columns }, 'note'));
  }
  if (help !== null) lines.push(`  ${palette.severity('note', 'help:')} ${visible(help)}`);
  return lines;
}

/** `file:line:column`; only the file when it has no text to point into. */
function placeOf(span: Span | null): string {
  if (span === null) return 'nemoclaw';
  if (span.source.text === '') return visible(span.source.path);
  const { line, column } = span.source.positionAt(span.start);
  return `${visible(span.source.path)}:${line}:${column}`;
}

function gutterOf(spans: readonly (Span | null)[]): number {
  const widest = spans.map((span) => (span ? String(span.source.positionAt(span.start).line).length : 0));
  return Math.max(4, ...widest);
}

function underlined(
  span: Span,
  mark: string,
  gutter: number,
  { palette, columns }: Layout,
  severity: Diagnostic['severity'],
): string[] {
  if (span.source.text === '') return [];
  const { line, text, indent, length } = excerptOf(span, columns - gutter - 4);
  const caret = palette.severity(severity, mark.repeat(length));
  return [
    `${palette.faint(`${String(line).padStart(gutter)} |`)} ${text}`.trimEnd(),
    `${palette.faint(`${' '.repeat(gutter)} |`)} ${' '.repeat(indent)}${caret}`,
  ];
}
