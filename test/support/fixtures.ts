import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';

const folder = join(import.meta.dirname, '../fixtures/blueprints');

/** A finding that a fixture must get, and the text that it must underline; `7:5` is a line and a column instead. */
export interface Expectation {
  readonly name: string;
  readonly underlined: string;
}

export interface Fixture {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly text: string;
  /** From its leading comments `# expect: NAME @ TEXT`; `\t` stands for a tab. */
  readonly expected: readonly Expectation[];
}

export function fixtures(kind: 'valid' | 'invalid'): Fixture[] {
  return readdirSync(join(folder, kind))
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => {
      const bytes = readFileSync(join(folder, kind, file));
      const text = bytes.toString('utf8');
      const lines = [...text.matchAll(/^# expect: (\S+) @ (.+)$/gm)];
      const expected = lines.map(([, name, underlined]) => ({
        name: name!,
        underlined: underlined!.replaceAll('\\t', '\t'),
      }));
      return { file, bytes, text, expected };
    });
}

/** What a diagnostic says, in the form of the fixture's expectations. */
export function asExpectation(fixture: Fixture, diagnostic: Diagnostic, wanted?: Expectation): Expectation {
  const { primary } = diagnostic;
  if (primary === null) return { name: diagnostic.name, underlined: '' };
  if (wanted !== undefined && /^\d+:\d+$/.test(wanted.underlined)) {
    const { line, column } = primary.source.positionAt(primary.start);
    return { name: diagnostic.name, underlined: `${line}:${column}` };
  }
  return { name: diagnostic.name, underlined: fixture.text.slice(primary.start, primary.end) };
}
