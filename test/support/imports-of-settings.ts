import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { blueprintText } from '../../compiler/edit/blueprint-text.ts';
import {
  type ImportedSource,
  type ImportOptions,
  importSource,
} from '../../compiler/frontend/import-source.ts';

const OPTIONS: ImportOptions = { language: null, job: null, name: null };

/** Reads a file of another tool from its text. */
export function imported(
  text: string | object,
  options: Partial<ImportOptions> = {},
  path = 'settings.json',
): ImportedSource {
  const written = typeof text === 'string' ? text : JSON.stringify(text);
  return importSource(path, new TextEncoder().encode(written), { ...OPTIONS, ...options });
}

/** The blueprint as text; there has to be one. */
export function importedText(text: string | object, options: Partial<ImportOptions> = {}): string {
  const { blueprint, errors } = imported(text, options);
  if (blueprint === null) throw new Error(errors.map(({ message }) => message).join('\n'));
  return blueprintText(blueprint, []);
}

/** `effect name @ underlined text` of every change that is not exact and not said of every file. */
export function changesOf(
  text: string | object,
  options: Partial<ImportOptions> = {},
  path?: string,
): string[] {
  return imported(text, options, path)
    .changes.filter(({ effect, diagnostic }) => effect !== 'exact' && !ALWAYS.includes(diagnostic.name))
    .map(({ effect, diagnostic }) => `${effect} ${named(diagnostic)}`);
}

/** `name @ underlined text` of every error. */
export function errorsOf(
  text: string | object,
  options: Partial<ImportOptions> = {},
  path?: string,
): string[] {
  return imported(text, options, path).errors.map(named);
}

const ALWAYS = [
  'import/tier',
  'import/reads-are-closed',
  'import/default-writes',
  'import/settings-folder',
  'import/public-addresses',
  'import/files-not-said',
  'import/runner-domains',
];

function named({ name, primary }: Diagnostic): string {
  return `${name} @ ${primary === null ? '' : primary.source.text.slice(primary.start, primary.end)}`;
}
