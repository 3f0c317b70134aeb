import {
  yamlAlias,
  yamlAnchor,
  yamlComplexKey,
  yamlDirective,
  yamlMismatchedBracket,
  yamlSeveralDocuments,
  yamlTag,
  yamlTooManyValues,
  yamlUnclosedBracket,
  yamlUnclosedQuote,
} from '../../diagnostics/catalog/yaml.ts';
import type { SourceFile } from '../../source/source-file.ts';
import { excerpt } from './excerpt.ts';
import type { Findings } from './findings.ts';
import { MAX_VALUES } from './limits.ts';
import { DOCUMENT_MARK, FLOW_END_MARK, type Lexeme } from './reference-lexemes.ts';
import { nextVisible, wordAt } from './reference-places.ts';

const NAMED_REFUSALS = { '&': yamlAnchor, '*': yamlAlias, '!': yamlTag, '%': yamlDirective } as const;

// More lexemes than a text within MAX_VALUES can have: two marks and three signs a value, and some for commas.
const MAX_LEXEMES = 6 * MAX_VALUES;

/** Watches the lexemes of one text for what YAML allows and blueprints do not, and for what is never closed. */
export class LexemeRefusals {
  readonly #source: SourceFile;
  readonly #findings: Findings;
  readonly #open: Lexeme[] = [];
  #documents = 0;
  #atDocumentStart = false;
  #lexemes = 0;
  #scalarsAndBrackets = 0;
  #colons = 0;
  #dashes = 0;
  /** Where a quote or bracket is left open: from there on the library's errors describe only its consequences. */
  brokenFrom = Number.POSITIVE_INFINITY;

  constructor(source: SourceFile, findings: Findings) {
    this.#source = source;
    this.#findings = findings;
  }

  /** False when the text must not be read further. */
  accepts(lexeme: Lexeme): boolean {
    if (lexeme.role === 'gap') return true;
    if (lexeme.role === 'mark') return this.#acceptsMark(lexeme);
    if (!this.#withinLimits(lexeme)) return false;
    const startsDocument = lexeme.role === 'token' && lexeme.source === '---';
    if (startsDocument && !this.#atDocumentStart) return this.#refuseDocument(lexeme);
    this.#atDocumentStart = false;
    if (lexeme.role === 'token') this.#look(lexeme);
    return true;
  }

  /** To be called after the last lexeme. */
  end(): void {
    this.#refuseOpenBracket();
  }

  #acceptsMark(lexeme: Lexeme): boolean {
    if (lexeme.source === FLOW_END_MARK) this.#refuseOpenBracket();
    if (lexeme.source !== DOCUMENT_MARK) return true;
    if (++this.#documents > 1) return this.#refuseDocument(lexeme);
    this.#atDocumentStart = true;
    return true;
  }

  /**
   * Stops early, where the count of values cannot end within the limit: a text that is accepted has a value for each
   * colon and each dash, and each of its scalars and brackets is a value or else a key with its colon.
   */
  #withinLimits({ role, source, offset }: Lexeme): boolean {
    this.#lexemes += 1;
    if (role === 'content') this.#scalarsAndBrackets += 1;
    else if (source === ':') this.#colons += 1;
    else if (source === '-') this.#dashes += 1;
    else if ('"\'[{'.includes(source[0] ?? ' ')) this.#scalarsAndBrackets += 1;
    const least = Math.max(this.#scalarsAndBrackets - this.#colons, this.#dashes + this.#colons);
    if (least <= MAX_VALUES && this.#lexemes <= MAX_LEXEMES) return true;
    this.#findings.add(yamlTooManyValues, { start: offset, end: offset + 1 }, { limit: MAX_VALUES });
    return false;
  }

  #refuseDocument(lexeme: Lexeme): false {
    const place = wordAt(this.#source.text, nextVisible(this.#source.text, lexeme.offset));
    this.#findings.add(yamlSeveralDocuments, place, {});
    return false;
  }

  #look(lexeme: Lexeme): void {
    const { source, offset } = lexeme;
    const place = { start: offset, end: offset + source.length };
    const first = source[0];
    if (first === '&' || first === '*' || first === '!' || first === '%') {
      this.#findings.add(NAMED_REFUSALS[first], place, { text: excerpt(source) });
    } else if (source === '?') {
      this.#findings.add(yamlComplexKey, place, {});
    } else if (first === '"' || first === "'") {
      this.#lookAtQuote(lexeme, first);
    } else if (source === '[' || source === '{') {
      this.#open.push(lexeme);
    } else if (source === ']' || source === '}') {
      this.#close(lexeme);
    }
  }

  #lookAtQuote({ source, offset }: Lexeme, quote: string): void {
    if (quote === '"' ? isClosedDouble(source) : isClosedSingle(source)) return;
    this.#findings.add(yamlUnclosedQuote, { start: offset, end: offset + 1 }, { quote });
    this.#breakAt(offset);
  }

  #close({ source, offset }: Lexeme): void {
    const opened = this.#open.pop();
    if (!opened || opened.source === (source === ']' ? '[' : '{')) return;
    const related = [
      { span: { source: this.#source, start: opened.offset, end: opened.offset + 1 }, label: 'opened here' },
    ];
    const place = { start: offset, end: offset + 1 };
    this.#findings.add(yamlMismatchedBracket, place, { opened: opened.source, closed: source }, related);
    this.#breakAt(opened.offset);
  }

  #refuseOpenBracket(): void {
    const innermost = this.#open.at(-1);
    if (!innermost) return;
    const place = { start: innermost.offset, end: innermost.offset + 1 };
    this.#findings.add(yamlUnclosedBracket, place, { bracket: innermost.source });
    this.#breakAt(innermost.offset);
    this.#open.length = 0;
  }

  #breakAt(offset: number): void {
    this.brokenFrom = Math.min(this.brokenFrom, offset);
  }
}

/** The library takes a text that ends in an escaped quote, such as `"a\"`, for closed. */
function isClosedDouble(source: string): boolean {
  if (source.length < 2 || !source.endsWith('"')) return false;
  let at = source.length - 2;
  while (at > 0 && source[at] === '\\') at--;
  return (source.length - 2 - at) % 2 === 0;
}

/** The library takes a text that ends in a doubled quote, such as `'a''`, for closed. */
function isClosedSingle(source: string): boolean {
  let at = source.length - 1;
  while (at > 0 && source[at] === "'") at--;
  return (source.length - 1 - at) % 2 === 1;
}
