/** One question of a DNS query (RFC 1035 section 4.1), as far as a stub resolver asks. */
export interface DnsQuestion {
  readonly id: number;
  /** Labels joined by dots, as they were sent; empty for the root. */
  readonly name: string;
  readonly type: number;
  /** The question section, to be sent back as it came. */
  readonly section: Buffer;
  readonly recursionDesired: boolean;
}

export type ReadQuery =
  | { readonly ok: true; readonly question: DnsQuestion }
  /** `unanswerable`: nothing that could be answered, not even with an error. */
  | { readonly ok: false; readonly problem: 'unanswerable' }
  | { readonly ok: false; readonly problem: 'malformed' | 'not-implemented'; readonly id: number };

/** Of the IANA DNS parameters registry. */
export const RECORD_TYPES = { A: 1, PTR: 12, AAAA: 28 } as const;
export const RESPONSE_CODES = { ok: 0, malformed: 1, failed: 2, noName: 3, notImplemented: 4 } as const;

export type DnsAnswer =
  | { readonly kind: 'address'; readonly address: readonly [number, number, number, number] }
  | { readonly kind: 'name'; readonly name: string };

const HEADER = 12;
const CLASS_IN = 1;
const LONGEST_NAME = 253;
const LONGEST_LABEL = 63;
const RESPONSE = 0x8000;
const OPCODE = 0x7800;
const RECURSION_DESIRED = 0x0100;
const RECURSION_AVAILABLE = 0x0080;
/** A name that points at the question's, which always starts behind the header (RFC 1035 section 4.1.4). */
const NAME_OF_QUESTION = 0xc000 | HEADER;

/**
 * Reads a query. Exactly one question of class IN, no compressed name in it; what stands behind it, such as EDNS, is passed
 * over, because nothing that it could ask for changes an answer of ours.
 */
export function readQuery(bytes: Buffer): ReadQuery {
  if (bytes.length < HEADER) return { ok: false, problem: 'unanswerable' };
  const id = bytes.readUInt16BE(0);
  const flags = bytes.readUInt16BE(2);
  if ((flags & RESPONSE) !== 0) return { ok: false, problem: 'unanswerable' };
  if ((flags & OPCODE) !== 0) return { ok: false, problem: 'not-implemented', id };
  const counts = [bytes.readUInt16BE(4), bytes.readUInt16BE(6), bytes.readUInt16BE(8)];
  const name = readName(bytes);
  if (counts.join() !== '1,0,0' || name === null || bytes.length < name.end + 4) {
    return { ok: false, problem: 'malformed', id };
  }
  if (bytes.readUInt16BE(name.end + 2) !== CLASS_IN) return { ok: false, problem: 'not-implemented', id };
  const question = {
    id,
    name: name.text,
    type: bytes.readUInt16BE(name.end),
    section: bytes.subarray(HEADER, name.end + 4),
    recursionDesired: (flags & RECURSION_DESIRED) !== 0,
  };
  return { ok: true, question };
}

/** Null where a label is too long, compressed, cut short, or holds what could be read as another name. */
function readName(bytes: Buffer): { readonly text: string; readonly end: number } | null {
  const labels: string[] = [];
  let at = HEADER;
  let length = 0;
  for (;;) {
    const size = bytes[at];
    if (size === undefined || size > LONGEST_LABEL || at + 1 + size > bytes.length) return null;
    if (size === 0) return { text: labels.join('.'), end: at + 1 };
    const label = bytes.toString('latin1', at + 1, at + 1 + size);
    length += size + 1;
    if (length > LONGEST_NAME + 1 || !/^[\x21-\x2d\x2f-\x7e]+$/.test(label)) return null;
    labels.push(label);
    at += 1 + size;
  }
}

/** @param seconds how long the answer may be kept */
export function writeAnswer(
  question: DnsQuestion,
  code: number,
  answer: DnsAnswer | null,
  seconds: number,
): Buffer {
  const data =
    answer === null ? null : answer.kind === 'address' ? Buffer.from(answer.address) : nameBytes(answer.name);
  const record = Buffer.alloc(data === null ? 0 : 12);
  if (data !== null) {
    record.writeUInt16BE(NAME_OF_QUESTION, 0);
    record.writeUInt16BE(question.type, 2);
    record.writeUInt16BE(CLASS_IN, 4);
    record.writeUInt32BE(seconds, 6);
    record.writeUInt16BE(data.length, 10);
  }
  const recursion = question.recursionDesired ? RECURSION_DESIRED : 0;
  const header = headerOf(question.id, recursion | code, 1, data === null ? 0 : 1);
  return Buffer.concat([header, question.section, record, data ?? Buffer.alloc(0)]);
}

/** An answer to what is no question. */
export function writeError(id: number, code: number): Buffer {
  return headerOf(id, code, 0, 0);
}

function headerOf(id: number, flags: number, questions: number, answers: number): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(RESPONSE | RECURSION_AVAILABLE | flags, 2);
  header.writeUInt16BE(questions, 4);
  header.writeUInt16BE(answers, 6);
  return header;
}

function nameBytes(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.of(0)]);
}
