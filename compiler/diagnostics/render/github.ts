import type { Span } from '../../source/span.ts';
import type { Diagnostic, Severity } from '../diagnostic.ts';
import { visible } from './visible.ts';

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };

/**
 * Findings as workflow commands, which GitHub Actions shows beside the lines of a pull request. Escaping follows
 * actions/toolkit, packages/core/src/command.ts: an untrusted file name or text cannot end a command or start another.
 */
export function renderGithub(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((diagnostic) => `${commandOf(diagnostic)}\n`).join('');
}

function commandOf({ code, name, severity, message, help, primary, related }: Diagnostic): string {
  const lines = [message];
  for (const { span, label } of related) {
    const { line, column } = span.source.positionAt(span.start);
    lines.push(`${visible(span.source.path)}:${line}:${column}: ${label}`);
  }
  if (help !== null) lines.push(`help: ${help}`);
  return workflowCommand({ severity, title: `${code} ${name}`, place: primary, lines });
}

/** One annotation as a workflow command, without a line break at its end. Title and lines may hold any text. */
export function workflowCommand(annotation: {
  readonly severity: Severity;
  readonly title: string;
  /** Null for one that is beside no line. */
  readonly place: Span | null;
  readonly lines: readonly string[];
}): string {
  const { severity, title, place, lines } = annotation;
  const properties: [string, string][] = [['title', visible(title)]];
  if (place) {
    const start = place.source.positionAt(place.start);
    const end = place.source.positionAt(Math.max(place.start, place.end - 1));
    properties.unshift(
      ['file', visible(place.source.path)],
      ['line', String(start.line)],
      ['endLine', String(end.line)],
    );
    // GitHub takes columns only within one line.
    if (start.line === end.line) {
      properties.push(['col', String(start.column)], ['endColumn', String(end.column + 1)]);
    }
  }
  const list = properties.map(([key, value]) => `${key}=${escapeProperty(value)}`).join(',');
  return `::${COMMANDS[severity]} ${list}::${escapeText(lines.map(visible).join('\n'))}`;
}

function escapeText(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
