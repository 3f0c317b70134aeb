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
  const properties: [string, string][] = [['title', `${code} ${name}`]];
  if (primary) {
    const start = primary.source.positionAt(primary.start);
    const end = primary.source.positionAt(Math.max(primary.start, primary.end - 1));
    properties.unshift(
      ['file', visible(primary.source.path)],
      ['line', String(start.line)],
      ['endLine', String(end.line)],
    );
    // GitHub takes columns only within one line.
    if (start.line === end.line) {
      properties.push(['col', String(start.column)], ['endColumn', String(end.column + 1)]);
    }
  }
  const text = [visible(message)];
  for (const { span, label } of related) {
    const { line, column } = span.source.positionAt(span.start);
    text.push(`${visible(span.source.path)}:${line}:${column}: ${visible(label)}`);
  }
  if (help !== null) text.push(`help: ${visible(help)}`);
  const list = properties.map(([key, value]) => `${key}=${escapeProperty(value)}`).join(',');
  return `::${COMMANDS[severity]} ${list}::${escapeText(text.join('\n'))}`;
}

function escapeText(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
