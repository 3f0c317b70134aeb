import { InvalidArgumentError, Option } from 'commander';
import { nearestWord } from '../../compiler/diagnostics/nearest-word.ts';

/** An option that takes one of a few words; a wrong one is answered with the nearest. */
export function choice<T extends string>(
  flags: string,
  summary: string,
  words: readonly [T, ...T[]],
): Option {
  return wordOf(flags, summary, words).default(words[0]);
}

/** The same without a default. */
function wordOf<T extends string>(flags: string, summary: string, words: readonly [T, ...T[]]): Option {
  return new Option(flags, `${summary}: ${words.join(', ')}`).argParser((word: string) => {
    if ((words as readonly string[]).includes(word)) return word;
    const nearest = nearestWord(word, words);
    throw new InvalidArgumentError(
      nearest === null ? `Allowed choices are ${words.join(', ')}.` : `Did you mean ${nearest}?`,
    );
  });
}

/** The output formats of every command; the first is the default. */
export type Format = 'text' | 'json';
export const formatOption = () =>
  choice<Format>('-o, --output <format>', 'format of the result', ['text', 'json']);

/** The output formats of commands whose result is a list of findings. */
export type FindingsFormat = Format | 'github' | 'sarif';
export const findingsFormatOption = () =>
  choice<FindingsFormat>('-o, --output <format>', 'format of the findings', [
    'text',
    'json',
    'github',
    'sarif',
  ]);

/** The output formats of commands whose result is a document to read. */
export type DocumentFormat = 'markdown' | 'html' | 'json';
export const documentFormatOption = () =>
  choice<DocumentFormat>('-o, --output <format>', 'format of the document', ['markdown', 'html', 'json']);

/** What an access that changes its verdict becomes. */
export type TurnWord = 'deny' | 'allow' | 'any';
export const failOnOption = () =>
  wordOf<TurnWord>('--fail-on <verdict>', 'exit 3 when an access changes to it', ['deny', 'allow', 'any']);
