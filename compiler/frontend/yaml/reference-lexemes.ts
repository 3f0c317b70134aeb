import type { SourceFile } from '../../source/source-file.ts';
import type { YamlLibrary } from './yaml-library.ts';

/**
 * `mark`: a sign of the lexer's own, without a place in the text. `content`: the text of a plain or block scalar.
 * `gap`: white space, a line break or a comment. `token`: everything else.
 */
export type LexemeRole = 'mark' | 'content' | 'gap' | 'token';

export interface Lexeme {
  readonly role: LexemeRole;
  readonly source: string;
  readonly offset: number;
}

export const DOCUMENT_MARK = '\x02';
export const FLOW_END_MARK = '\x18';
const SCALAR_MARK = '\x1f';

/** The library's lexemes with their offsets. The marks cannot be mistaken for text: screening refuses those characters. */
export function* lexemesOf(library: YamlLibrary, source: SourceFile): Generator<Lexeme, void> {
  let offset = 0;
  let atContent = false;
  for (const lexeme of new library.Lexer().lex(source.text)) {
    const role: LexemeRole = atContent ? 'content' : roleOf(lexeme);
    yield { role, source: lexeme, offset };
    atContent = role === 'mark' && lexeme === SCALAR_MARK;
    if (role !== 'mark') offset += lexeme.length;
  }
}

function roleOf(lexeme: string): LexemeRole {
  switch (lexeme[0]) {
    case DOCUMENT_MARK:
    case FLOW_END_MARK:
    case SCALAR_MARK:
      return 'mark';
    case ' ':
    case '\t':
    case '\r':
    case '\n':
    case '#':
      return 'gap';
    default:
      return 'token';
  }
}

const LONGEST_GAP = 8;

/**
 * Leaves out what is in the middle of very long runs of blank and comment lines, down to the last line break and the
 * indentation after it. The library's parser looks through such a run again for each comment, so that 1 MiB of them
 * would take minutes; to the meaning of a text one blank line is as good as many.
 */
export function* withoutLongGaps(lexemes: Iterable<Lexeme>): Generator<Lexeme, void> {
  let length = 0;
  let held: Lexeme[] = [];
  for (const lexeme of lexemes) {
    if (lexeme.role !== 'gap') {
      yield* held;
      yield lexeme;
      held = [];
      length = 0;
    } else if (++length <= LONGEST_GAP) {
      yield lexeme;
    } else if (isLineBreak(lexeme)) {
      held = [lexeme];
    } else if (lexeme.source[0] !== '#') {
      held.push(lexeme);
    }
  }
  yield* held;
}

function isLineBreak(lexeme: Lexeme): boolean {
  return lexeme.role === 'gap' && (lexeme.source === '\n' || lexeme.source === '\r\n');
}
