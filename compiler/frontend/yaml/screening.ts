import { isUtf8 } from 'node:buffer';
import {
  yamlControlCharacter,
  yamlHiddenCharacter,
  yamlInvalidUtf8,
  yamlLoneSurrogate,
  yamlTooLarge,
} from '../../diagnostics/catalog/yaml.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { diagnose } from '../../diagnostics/entry.ts';
import { SourceFile } from '../../source/source-file.ts';
import { codePointName } from './excerpt.ts';
import { MAX_BYTES, MAX_ERRORS } from './limits.ts';

/** A text and what makes it unfit to be read at all; both readers rely on an empty list. */
export interface Screened {
  readonly source: SourceFile;
  readonly diagnostics: Diagnostic[];
}

// All but tab, LF, CR before LF, and characters that are visible and keep the direction and the lines of the text.
const REFUSED =
  /[^\t\n\r\x20-\x7e\xa0-\u061b\u061d-\u200a\u200c-\u200d\u2010-\u2027\u202f-\u205f\u2065\u206a-\ufefe\uff00-\ufffd]|\r(?!\n)/g;

const UTF8 = new TextDecoder();
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Decodes one file. The text of the source has no byte order mark, so that columns are those an editor shows. */
export function screenBytes(path: string, bytes: Uint8Array): Screened {
  if (bytes.length > MAX_BYTES) return tooLarge(beginningOf(path, bytes));
  if (!isUtf8(bytes)) return invalidUtf8(path, bytes);
  return screenCharacters(new SourceFile(path, UTF8.decode(bytes)));
}

/** The same for a text that is already decoded. */
export function screenText(source: SourceFile): Screened {
  if (source.text.length > MAX_BYTES) return tooLarge(source);
  const surrogate = source.text.search(LONE_SURROGATE);
  if (surrogate === -1) return screenCharacters(source);
  const character = codePointName(source.text.charAt(surrogate));
  const span = { source, start: surrogate, end: surrogate + 1 };
  return { source, diagnostics: [diagnose(yamlLoneSurrogate, span, { character })] };
}

/** Points at the first line, the only one that is looked at. */
function tooLarge(source: SourceFile): Screened {
  const span = { source, start: 0, end: Math.max(1, source.lineText(1).length) };
  return { source, diagnostics: [diagnose(yamlTooLarge, span, {})] };
}

const SHOWN_BYTES = 200;

function beginningOf(path: string, bytes: Uint8Array): SourceFile {
  return new SourceFile(path, UTF8.decode(bytes.subarray(0, SHOWN_BYTES)));
}

function invalidUtf8(path: string, bytes: Uint8Array): Screened {
  const source = new SourceFile(path, UTF8.decode(bytes));
  const { byteOffset, textOffset } = firstReplacement(bytes, source.text);
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const span = { source, start: textOffset, end: textOffset + 1 };
  const parameters = { byte: bytes[byteOffset] ?? 0, offset: byteOffset, utf16 };
  return { source, diagnostics: [diagnose(yamlInvalidUtf8, span, parameters)] };
}

/** Where decoding had to put U+FFFD for something else; a U+FFFD that the file itself holds is not one. */
function firstReplacement(bytes: Uint8Array, text: string): { byteOffset: number; textOffset: number } {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  let byteOffset = hasMark ? 3 : 0;
  let textOffset = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code === 0xfffd && !isWrittenReplacement(bytes, byteOffset)) break;
    byteOffset += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    textOffset += character.length;
  }
  return { byteOffset, textOffset };
}

function isWrittenReplacement(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd;
}

function screenCharacters(source: SourceFile): Screened {
  const diagnostics: Diagnostic[] = [];
  if (source.text.search(REFUSED) === -1) return { source, diagnostics };
  for (const match of source.text.matchAll(REFUSED)) {
    const character = match[0];
    const span = { source, start: match.index, end: match.index + 1 };
    const kind = character < '\xa0' ? yamlControlCharacter : yamlHiddenCharacter;
    diagnostics.push(diagnose(kind, span, { character: codePointName(character) }));
    if (diagnostics.length === MAX_ERRORS) break;
  }
  return { source, diagnostics };
}
