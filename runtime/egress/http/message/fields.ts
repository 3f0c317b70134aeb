import type { Problem } from './problem.ts';

/** One header or trailer field. */
export interface Field {
  /** In lower case. */
  readonly name: string;
  /** The name as it was written: some servers want capitals. */
  readonly spelled: string;
  /** One character a byte, without the blanks around it. */
  readonly value: string;
}

export type Fields = readonly Field[];

const MOST_FIELDS = 200;
/** RFC 9110 section 5.6.2 and 5.5; the blanks around the value are taken off after. */
const FIELD_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t\x20-\x7e\x80-\xff]*)$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * Reads field lines. A line may only be what every reader takes for the same field, see `PROBLEMS`.
 *
 * @param from index of the first of `lines` that is a field
 */
export function parseFields(lines: readonly string[], from: number): Field[] | Problem {
  if (lines.length - from > MOST_FIELDS) return 'too-many-fields';
  const fields: Field[] = [];
  for (let at = from; at < lines.length; at += 1) {
    const line = lines[at]!;
    const match = FIELD_LINE.exec(line);
    if (match === null) return problemOf(line);
    const spelled = match[1]!;
    fields.push({ name: lowerCase(spelled), spelled, value: withoutBlanks(match[2]!) });
  }
  return fields;
}

function problemOf(line: string): Problem {
  const first = line.charCodeAt(0);
  if (first === 0x20 || first === 0x09) return 'folded-line';
  const colon = line.indexOf(':');
  if (line.includes('\n')) return 'bare-line-feed';
  if (line.includes('\r')) return 'bare-carriage-return';
  return colon > 0 && TOKEN.test(line.slice(0, colon)) ? 'control-character' : 'field-name';
}

/** Blanks are space and tab only; `trim` would take more. */
function withoutBlanks(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isBlank(text.charCodeAt(from))) from += 1;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Names that most messages have, so that their lower case is not made again. */
const LOWER = new Map<string, string>();
const MOST_KNOWN = 500;

function lowerCase(name: string): string {
  const known = LOWER.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  if (LOWER.size < MOST_KNOWN && name.length < 40) LOWER.set(name, lower);
  return lower;
}

/** The values of all fields of a name, in order. */
export function valuesOf(fields: Fields, name: string): string[] {
  const values: string[] = [];
  for (const field of fields) if (field.name === name) values.push(field.value);
  return values;
}

/** The members of all comma-separated lists under a name, in lower case. */
export function membersOf(fields: Fields, name: string): string[] {
  return valuesOf(fields, name)
    .flatMap((value) => value.split(','))
    .map((member) => withoutBlanks(member).toLowerCase())
    .filter((member) => member !== '');
}

/** Fields as they go over the wire, each with its line end. */
export function fieldLines(fields: Fields): string {
  let text = '';
  for (const { spelled, value } of fields) text += `${spelled}: ${value}\r\n`;
  return text;
}
