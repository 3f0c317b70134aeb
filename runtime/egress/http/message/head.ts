import { type Fields, parseFields } from './fields.ts';
import { isProblem, type Problem } from './problem.ts';

export interface RequestHead {
  readonly method: string;
  /** As it was written: a path with its query, a URL, `*`. */
  readonly target: string;
  /** Of HTTP/1: 0 or 1. */
  readonly minor: 0 | 1;
  readonly fields: Fields;
}

export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly minor: 0 | 1;
  readonly fields: Fields;
}

/** Bytes of a head with its last line end. What servers accept is less: 8 to 64 KiB. */
export const LONGEST_HEAD = 65_536;

const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}) ([\x21-\x7e]+) HTTP\/1\.([01])$/;
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5][0-9]{2})(?: ([\t\x20-\x7e\x80-\xff]*))?$/;
const END = Buffer.from('\r\n\r\n');

/**
 * Where the head that begins at `from` ends: the index after its empty line, or null when it is not whole yet.
 *
 * @param searched up to where earlier calls have looked already
 */
export function headEnd(bytes: Buffer, from: number, searched: number): number | null {
  const at = bytes.indexOf(END, Math.max(from, searched - END.length + 1));
  return at === -1 ? null : at + END.length;
}

/** What is wrong with a head of which only the beginning is there; null when it can still become one. */
export function beginningProblem(bytes: Buffer, from: number): Problem | null {
  if (bytes.length - from > LONGEST_HEAD) return 'head-too-long';
  for (let at = bytes.indexOf(10, from); at !== -1; at = bytes.indexOf(10, at + 1)) {
    if (at === from || bytes[at - 1] !== 13) return 'bare-line-feed';
  }
  return null;
}

/** @param text from the first character to before the empty line, one character a byte */
export function parseRequestHead(text: string): RequestHead | Problem {
  if (text.length > LONGEST_HEAD) return 'head-too-long';
  const lines = text.split('\r\n');
  const first = REQUEST_LINE.exec(lines[0]!);
  if (first === null) return lineProblem(lines[0]!, 'request-line');
  const fields = parseFields(lines, 1);
  if (isProblem(fields)) return fields;
  return { method: first[1]!, target: first[2]!, minor: first[3] === '1' ? 1 : 0, fields };
}

/** @param text as for `parseRequestHead` */
export function parseResponseHead(text: string): ResponseHead | Problem {
  if (text.length > LONGEST_HEAD) return 'head-too-long';
  const lines = text.split('\r\n');
  const first = STATUS_LINE.exec(lines[0]!);
  if (first === null) return lineProblem(lines[0]!, 'status-line');
  const fields = parseFields(lines, 1);
  if (isProblem(fields)) return fields;
  return { status: Number(first[2]), reason: first[3] ?? '', minor: first[1] === '1' ? 1 : 0, fields };
}

function lineProblem(line: string, otherwise: Problem): Problem {
  if (line.includes('\n')) return 'bare-line-feed';
  if (line.includes('\r')) return 'bare-carriage-return';
  return / HTTP\/[0-9]\.[0-9]$|^HTTP\/[0-9]\.[0-9] /.test(line) && !/HTTP\/1\.[01]/.test(line)
    ? 'http-version'
    : otherwise;
}
