import { visible } from '../../diagnostics/render/visible.ts';
import type { Plain } from '../document-text.ts';
import type { DocumentStyle } from './document-style.ts';

/** What every version of YAML reads as a text, in brackets and out of them. */
const PLAIN = /^[A-Za-z_/][\w/.@+-]*$/;
const NOT_A_TEXT = /^(?:true|false|yes|no|on|off|y|n|null|~)$/i;
/** A mapping with more columns in braces is written as a block. */
const LONGEST_BRACES = 90;

/** The lines of one entry of a mapping, without indentation of its own and without line breaks. */
export function entryLines(key: string, value: Plain, style: DocumentStyle): string[] {
  if (typeof value !== 'object') return [`${textOf(key, style)}: ${scalarOf(value, style)}`];
  if (isList(value)) {
    if (value.every((item) => typeof item !== 'object')) {
      return [`${textOf(key, style)}: ${flowOf(value, style)}`];
    }
    const indent = ' '.repeat(style.dash);
    const items = value.flatMap((item) => itemLines(item, style));
    return [`${textOf(key, style)}:`, ...items.map((line) => indent + line)];
  }
  const indent = ' '.repeat(style.step);
  return [`${textOf(key, style)}:`, ...mappingLines(value, style).map((line) => indent + line)];
}

function mappingLines(value: { readonly [key: string]: Plain }, style: DocumentStyle): string[] {
  return Object.entries(value).flatMap(([key, item]) => entryLines(key, item, style));
}

function itemLines(item: Plain, style: DocumentStyle): string[] {
  if (typeof item !== 'object') return [`- ${scalarOf(item, style)}`];
  const flow = flowOf(item, style);
  if (isList(item) || (style.braces && isFlat(item) && flow.length <= LONGEST_BRACES)) return [`- ${flow}`];
  const [only, another] = Object.entries(item);
  // Rules stand on one line in every style, as documents show them: `- allow: { method: GET, path: / }`.
  if (only !== undefined && another === undefined && typeof only[1] === 'object' && isFlat(only[1])) {
    const line = `- ${textOf(only[0], style)}: ${flowOf(only[1], style)}`;
    if (line.length <= LONGEST_BRACES) return [line];
  }
  // What follows a dash begins two columns after it, whatever the step.
  return mappingLines(item, style).map((line, at) => (at === 0 ? `- ${line}` : `  ${line}`));
}

/** Whether nothing in it is a mapping, or a list of more than scalars. */
function isFlat(value: Plain): boolean {
  if (typeof value !== 'object' || isList(value)) return false;
  return Object.values(value).every(
    (item) => typeof item !== 'object' || (isList(item) && item.every((one) => typeof one !== 'object')),
  );
}

/** A value on one line, in brackets. It is JSON where the style's quotes are double and `json` is asked for. */
export function flowOf(value: Plain, style: DocumentStyle, json = false): string {
  if (typeof value !== 'object') return json ? JSON.stringify(value) : scalarOf(value, style);
  if (isList(value)) return `[${value.map((item) => flowOf(item, style, json)).join(', ')}]`;
  const entries = Object.entries(value).map(
    ([key, item]) => `${json ? JSON.stringify(key) : textOf(key, style)}: ${flowOf(item, style, json)}`,
  );
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function scalarOf(value: string | number | boolean, style: DocumentStyle): string {
  return typeof value === 'string' ? textOf(value, style) : String(value);
}

function textOf(text: string, { quote }: DocumentStyle): string {
  if (PLAIN.test(text) && !NOT_A_TEXT.test(text)) return text;
  const isPrintable = visible(text) === text && !/[^ -~]/.test(text);
  if (quote === "'" && isPrintable) return `'${text.replaceAll("'", "''")}'`;
  return Array.from(JSON.stringify(text), (one) =>
    /[ -~]/.test(one) || visible(one) === one ? one : escaped(one),
  ).join('');
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}
