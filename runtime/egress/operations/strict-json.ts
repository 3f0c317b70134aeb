import { CannotRead } from './reading.ts';

/** A value of JSON. Members are in a map, so that no key means anything to the program itself. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonValue>;

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}

/** Deeper than any request that a person or a program writes; recursion ends there. */
const DEEPEST = 64;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** A whole string: no control character, and no escape but those of RFC 8259. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON forbids
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const WORDS: readonly (readonly [text: string, value: JsonValue])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/**
 * Reads JSON as `JSON.parse` does (RFC 8259), and refuses what two readers could read as two things: a key twice in one
 * object, of which some take the first and others the last, and half a surrogate pair, which some replace.
 *
 * @throws CannotRead
 */
export function parseStrictJson(text: string): JsonValue {
  const parser = new Parser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

/** Text of bytes in UTF-8; what is not, is refused rather than replaced. A byte order mark stays, and is no JSON. */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CannotRead('not-utf8');
  }
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  end(): void {
    this.#space();
    if (this.#at !== this.#text.length) throw new CannotRead('not-json');
  }

  value(depth: number): JsonValue {
    if (depth > DEEPEST) throw new CannotRead('too-deep');
    this.#space();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      default:
        return this.#plain();
    }
  }

  #object(depth: number): JsonObject {
    const members = new Map<string, JsonValue>();
    this.#at += 1;
    if (this.#takes('}')) return members;
    do {
      this.#space();
      const key = this.#string();
      if (members.has(key)) throw new CannotRead('key-twice');
      this.#expect(':');
      members.set(key, this.value(depth + 1));
    } while (this.#takes(','));
    this.#expect('}');
    return members;
  }

  #array(depth: number): JsonValue[] {
    const items: JsonValue[] = [];
    this.#at += 1;
    if (this.#takes(']')) return items;
    do items.push(this.value(depth + 1));
    while (this.#takes(','));
    this.#expect(']');
    return items;
  }

  /** What the escapes stand for is said by `JSON.parse`: the text is certainly one string. */
  #string(): string {
    const value = JSON.parse(this.#match(STRING)) as string;
    if (!value.isWellFormed()) throw new CannotRead('half-a-character');
    return value;
  }

  #plain(): JsonValue {
    const code = this.#text.charCodeAt(this.#at);
    if (code === MINUS || (code >= ZERO && code <= NINE)) return Number(this.#match(NUMBER));
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    throw new CannotRead('not-json');
  }

  #match(form: RegExp): string {
    form.lastIndex = this.#at;
    if (!form.test(this.#text)) throw new CannotRead('not-json');
    const found = this.#text.slice(this.#at, form.lastIndex);
    this.#at = form.lastIndex;
    return found;
  }

  #takes(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#takes(character)) throw new CannotRead('not-json');
  }

  #space(): void {
    let code = this.#text.charCodeAt(this.#at);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
      this.#at += 1;
      code = this.#text.charCodeAt(this.#at);
    }
  }
}
