import { SourceFile } from '../source/source-file.ts';
import type { Span } from '../source/span.ts';
import type { Diagnostic } from './diagnostic.ts';

/** Kinds of findings whose place is a credential, which must not reach a log. */
const SECRET_KINDS: ReadonlySet<string> = new Set(['blueprint/inline-secret']);

/** What stands in the place of a credential in a message. */
const CONCEALED = '***';
/** A shorter text could be a part of any word, and would make messages unreadable. */
const SHORTEST = 4;

/**
 * The same findings with every credential that one of them points at blotted out, in the lines that are shown and in
 * what other findings quote. Places stay as they are.
 */
export function concealSecrets(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const secrets = diagnostics.flatMap(({ name, primary }) =>
    primary && SECRET_KINDS.has(name) ? [primary] : [],
  );
  if (secrets.length === 0) return diagnostics;
  const sources = blottedSources(secrets);
  const words = secrets.flatMap(wordsOf);
  const place = (span: Span): Span => ({ ...span, source: sources.get(span.source) ?? span.source });
  const conceal = (text: string) => words.reduce((left, word) => left.replaceAll(word, CONCEALED), text);
  return diagnostics.map((diagnostic) => ({
    ...diagnostic,
    message: conceal(diagnostic.message),
    help: diagnostic.help === null ? null : conceal(diagnostic.help),
    primary: diagnostic.primary && place(diagnostic.primary),
    related: diagnostic.related.map(({ span, label }) => ({ span: place(span), label: conceal(label) })),
  }));
}

function blottedSources(secrets: readonly Span[]): ReadonlyMap<SourceFile, SourceFile> {
  const blotted = new Map<SourceFile, SourceFile>();
  for (const { source, start, end } of secrets) {
    const { path, text } = blotted.get(source) ?? source;
    const stars = text.slice(start, end).replace(/[^\n]/g, '*');
    blotted.set(source, new SourceFile(path, text.slice(0, start) + stars + text.slice(end)));
  }
  return blotted;
}

/** The credential as it was written, and without the quotes around it. */
function wordsOf({ source, start, end }: Span): string[] {
  const written = source.text.slice(start, end);
  const bare = written.replace(/^(["'])(.*)\1$/s, '$2');
  return bare.length < SHORTEST ? [] : [written, bare];
}
