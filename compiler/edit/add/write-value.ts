import type { Plain } from '../document-text.ts';
import { needsNoQuotes, quoted } from '../scalar-text.ts';
import type { DocumentStyle } from './document-style.ts';

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
  if (typeof value !== 'object') return json ? JSON.stringify(value) : scalarOf(value, style, true);
  if (isList(value)) return `[${value.map((item) => flowOf(item, style, json)).join(', ')}]`;
  const entries = Object.entries(value).map(
    ([key, item]) => `${json ? JSON.stringify(key) : textOf(key, style, true)}: ${flowOf(item, style, json)}`,
  );
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function scalarOf(value: string | number | boolean, style: DocumentStyle, inBrackets = false): string {
  return typeof value === 'string' ? textOf(value, style, inBrackets) : String(value);
}

function textOf(text: string, { quote }: DocumentStyle, inBrackets = false): string {
  if (needsNoQuotes(text, inBrackets)) return text;
  return quote === "'" && /^[ -~]*$/.test(text) ? `'${text.replaceAll("'", "''")}'` : quoted(text);
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}
