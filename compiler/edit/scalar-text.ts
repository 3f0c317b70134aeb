import { visible } from '../diagnostics/render/visible.ts';
import type { ScalarPiece } from './layout.ts';

/** Words that some version of YAML reads as something else than a text. */
const NOT_A_TEXT = /^(?:true|false|yes|no|on|off|y|n|null|\.inf|\.nan|\.\d.*|\.\.\..*)$/i;
/**
 * What every version of YAML reads as a text. Words that begin with a digit and patterns with `*`, `$` or brackets keep
 * the quotes that they have: they would often need them at another place.
 */
const PLAIN = /^[A-Za-z_/.](?:[\w/.@+=()',:; -]*[\w/.@+=()',; -])?$/;

const STEP = 2;

/** A scalar on one line, with quotes only where they are needed. What is written without quotes stays as it is. */
export function scalarText({ node, raw }: ScalarPiece, inBrackets: boolean): string {
  if (raw === '') return inBrackets ? 'null' : '';
  if (typeof node.value !== 'string' || isPlainLine(raw)) return raw;
  return textOf(node.value, inBrackets);
}

/** The same for a key. */
export function keyText(key: { readonly text: string; readonly raw: string }, inBrackets: boolean): string {
  return isPlainLine(key.raw) ? key.raw : textOf(key.text, inBrackets);
}

function isPlainLine(raw: string): boolean {
  return !/^["'|>]/.test(raw) && !raw.includes('\n');
}

function textOf(value: string, inBrackets: boolean): string {
  return needsNoQuotes(value, inBrackets) ? value : quoted(value);
}

/** Whether a text may stand as it is, and every version of YAML reads it as that text. */
export function needsNoQuotes(value: string, inBrackets: boolean): boolean {
  if (!PLAIN.test(value) || NOT_A_TEXT.test(value)) return false;
  if (value.includes(': ') || value.endsWith(' ')) return false;
  return !inBrackets || !value.includes(',');
}

/** A text in quotes, with an escape for what a terminal or an editor would act on. */
export function quoted(value: string): string {
  const characters = [...JSON.stringify(value)].map((character) =>
    isSeen(character) ? character : escaped(character),
  );
  const text = characters.join('');
  const isPlainAscii = /^[ -~]*$/.test(value);
  return isPlainAscii && /["\\]/.test(value) && !value.includes("'") ? `'${value}'` : text;
}

/** Whether a terminal or an editor shows a character, and does not act on it. */
function isSeen(character: string): boolean {
  return /^[ -~]$/.test(character) || visible(character) === character;
}

function escaped(character: string): string {
  const units = [...Array(character.length).keys()].map((at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/** A block scalar as the rest of the line that it starts on and the lines below it. */
export interface BlockText {
  readonly header: string;
  readonly lines: readonly string[];
}

/** @param indent columns that the lines of the text get, two more than their parent's */
export function blockText({ node, raw, parentColumn }: ScalarPiece, indent: number): BlockText | null {
  const value = String(node.value);
  // Readers disagree about white space on the last line.
  if (/^[ \t]*$/.test(lastLine(value))) return null;
  return raw[0] === '|' ? literalText(value, indent) : foldedText(raw, parentColumn, indent);
}

function lastLine(value: string): string {
  let end = value.length;
  while (value[end - 1] === '\n') end--;
  return value.slice(value.lastIndexOf('\n', end - 1) + 1, end);
}

function literalText(value: string, indent: number): BlockText {
  let end = value.length;
  while (value[end - 1] === '\n') end--;
  const breaks = value.length - end;
  const keep = breaks === 0 ? '-' : breaks === 1 ? '' : '+';
  const body = value.slice(0, end).split('\n');
  const indicator = body.find((line) => line !== '')?.startsWith(' ') ? String(STEP) : '';
  const lines = body.map((line) => (line === '' ? '' : ' '.repeat(indent) + line));
  return {
    header: `|${indicator}${keep}`,
    lines: [...lines, ...Array<string>(Math.max(0, breaks - 1)).fill('')],
  };
}

/** Folding depends on where the lines break, so they are only moved. */
function foldedText(raw: string, parentColumn: number, indent: number): BlockText {
  const [first = '', ...lines] = raw.split('\n');
  const indents = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length);
  const indicated = /^>[-+]?(\d)/.exec(first)?.[1];
  const own = indicated === undefined ? (indents[0] ?? 0) : parentColumn + Number(indicated);
  const moved = lines.map((line) => (line.length <= own ? '' : ' '.repeat(indent) + line.slice(own)));
  const header = first.replace(/\s.*$/, '').replace(/\d/, '');
  return { header: indents[0] === own ? header : header.replace('>', `>${STEP}`), lines: moved };
}
