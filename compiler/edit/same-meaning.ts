import { isDeepStrictEqual } from 'node:util';
import { readYamlText } from '../frontend/yaml/read.ts';
import { toValue } from '../frontend/yaml/value.ts';
import { yamlLibrary } from '../frontend/yaml/yaml-library.ts';
import { SourceFile } from '../source/source-file.ts';

/** The lexer's mark that the next lexeme is a plain or block scalar. */
const START_OF_TEXT = '\x1f';

/** Whether two YAML texts have the same values, in any order of keys, and the same comments, in any order. */
export function saysTheSame(before: string, after: string): boolean {
  const read = (text: string) => readYamlText(new SourceFile('', text));
  const [old, now] = [read(before), read(after)];
  if (now.diagnostics.length > 0) return false;
  const values = [old, now].map(({ tree }) => tree.root && toValue(tree.root));
  return (
    isDeepStrictEqual(values[0], values[1]) && isDeepStrictEqual(lexedComments(before), lexedComments(after))
  );
}

/** All comments of a text in alphabetic order, found by another way than the one that the formatter goes. */
export function lexedComments(text: string): string[] {
  const { Lexer } = yamlLibrary();
  const comments: string[] = [];
  let previous = '';
  for (const lexeme of new Lexer().lex(text)) {
    const isText = previous === START_OF_TEXT;
    if (lexeme.startsWith('#') && !isText) comments.push(lexeme.trimEnd());
    previous = lexeme;
  }
  return comments.sort();
}
