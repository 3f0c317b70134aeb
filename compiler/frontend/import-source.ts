import { importUnknownLanguage } from '../diagnostics/catalog/imported.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Change } from '../diagnostics/effect.ts';
import { diagnose, hasErrors } from '../diagnostics/entry.ts';
import type { SourceFile } from '../source/source-file.ts';
import type { Blueprint } from './blueprint/blueprint.ts';
import { importList, importWorkflow } from './harden-runner/front-end.ts';
import type { Imported } from './imported/imported.ts';
import { sandboxName, stemOf } from './sandbox-name.ts';
import { concealInText, concealSecrets } from './schema/conceal.ts';
import { importSettings } from './srt/front-end.ts';
import { readYaml } from './yaml/read.ts';
import { screenBytes } from './yaml/screening.ts';
import type { YamlTree } from './yaml/tree.ts';

/** The languages that can be imported. */
export const IMPORT_LANGUAGES = ['srt', 'claude', 'harden-runner', 'list'] as const;
export type ImportLanguage = (typeof IMPORT_LANGUAGES)[number];

export interface ImportOptions {
  /** Null: what the file shows in its first keys. */
  readonly language: ImportLanguage | null;
  /** Which job of a workflow; null where there is one choice only. */
  readonly job: string | null;
  /** Of the blueprint; null for that of the file. */
  readonly name: string | null;
}

/** One file that was read. `blueprint` is null exactly when `errors` is not empty. */
export interface ImportedSource {
  readonly language: ImportLanguage | null;
  readonly blueprint: Blueprint | null;
  readonly changes: readonly Change[];
  readonly errors: readonly Diagnostic[];
}

/**
 * Reads settings of another tool into the syntax of a blueprint, each part with its place in them, and says of each
 * setting what became of it. Credentials in the file are concealed before anything is reported. Never throws on any bytes.
 */
export function importSource(path: string, bytes: Uint8Array, options: ImportOptions): ImportedSource {
  const name = options.name ?? sandboxName(stemOf(path), 'imported');
  const { source, diagnostics } = screenBytes(path, bytes);
  if (hasErrors(diagnostics)) return failed(options.language, concealInText(diagnostics, source));
  if (options.language === 'list' || (options.language === null && isList(source))) {
    return finished('list', importList(source, name));
  }
  const read = readYaml(path, bytes);
  if (hasErrors(read.diagnostics) || read.tree.root === null) {
    const errors = hasErrors(read.diagnostics) ? read.diagnostics : [unknownLanguage(source)];
    return failed(options.language, concealInText(errors, read.tree.source));
  }
  const { tree } = concealSecrets(read.tree);
  const language = options.language ?? languageOf(tree);
  if (language === null || language === 'list') return failed(null, [unknownLanguage(tree.source)]);
  const imported =
    language === 'harden-runner'
      ? importWorkflow(tree, options.job, name)
      : importSettings(tree, language, name);
  return finished(language, imported);
}

function failed(language: ImportLanguage | null, errors: readonly Diagnostic[]): ImportedSource {
  return { language, blueprint: null, changes: [], errors };
}

function finished(language: ImportLanguage, { blueprint, changes, errors }: Imported): ImportedSource {
  return { language, blueprint: errors.length > 0 ? null : blueprint, changes, errors };
}

function unknownLanguage(source: SourceFile): Diagnostic {
  const end = source.text.indexOf('\n');
  return diagnose(
    importUnknownLanguage,
    { source, start: 0, end: end === -1 ? source.text.length : end },
    {},
  );
}

const ENDPOINT = /^(?:[\w*-]+(?:\.[\w*-]+)+\.?(?::\d+)?|[\w-]+:\d+)$/;

/** Nothing but endpoints, in lines of their own or not. */
function isList({ text }: SourceFile): boolean {
  const lines = text.split('\n').map((line) => line.replace(/(^|\s)#.*$/, '$1'));
  const words = lines.flatMap((line) => line.split(/[\s"',]+/).filter((word) => word !== '' && word !== '-'));
  return words.length > 0 && words.every((word) => ENDPOINT.test(word));
}

const KEYS: readonly (readonly [ImportLanguage, readonly string[]])[] = [
  ['harden-runner', ['jobs', 'steps', 'runs', 'allowed-endpoints']],
  ['claude', ['sandbox', 'permissions']],
  ['srt', ['network', 'filesystem', 'credentials']],
];

/** Looks only at the top-level keys, so that a file with a mistake is still read by the right front end. */
function languageOf({ root }: YamlTree): ImportLanguage | null {
  if (root?.kind === 'sequence') return 'harden-runner';
  if (root?.kind !== 'mapping') return null;
  const has = (key: string) => root.entries.some((entry) => entry.key === key);
  return KEYS.find(([, keys]) => keys.some(has))?.[0] ?? null;
}
