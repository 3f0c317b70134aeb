import { parseHost } from '../../../compiler/domain/host.ts';
import {
  type DnsAnswer,
  type DnsQuestion,
  RECORD_TYPES,
  RESPONSE_CODES,
  readQuery,
  writeAnswer,
  writeError,
} from './dns-message.ts';
import type { SyntheticNames } from './synthetic-names.ts';

/** Short: a program that keeps an answer longer than we keep the name meets nobody. */
const SECONDS = 30;
const LOOPBACK = [127, 0, 0, 1] as const;

/**
 * The answer to one query from inside; null where none is given. Every name that could be one gets its synthetic address,
 * granted or not: what is refused is the connection, with a reason, and nothing is asked outside for either.
 */
export function answerQuery(bytes: Buffer, names: SyntheticNames): Buffer | null {
  const read = readQuery(bytes);
  if (read.ok) return answer(read.question, names);
  if (read.problem === 'unanswerable') return null;
  const code = read.problem === 'malformed' ? RESPONSE_CODES.malformed : RESPONSE_CODES.notImplemented;
  return writeError(read.id, code);
}

function answer(question: DnsQuestion, names: SyntheticNames): Buffer {
  const found = lookUp(question, names);
  const code = found === 'no-name' ? RESPONSE_CODES.noName : RESPONSE_CODES.ok;
  return writeAnswer(question, code, typeof found === 'string' ? null : found, SECONDS);
}

/** `nothing`: the name exists and has no such record. */
function lookUp({ name, type }: DnsQuestion, names: SyntheticNames): DnsAnswer | 'nothing' | 'no-name' {
  const lower = name.toLowerCase();
  if (lower.endsWith('.arpa')) return pointer(lower, type, names);
  const isLoopback = lower === 'localhost' || lower.endsWith('.localhost');
  if (!isLoopback && !isName(lower)) return 'no-name';
  if (type !== RECORD_TYPES.A) return 'nothing';
  return { kind: 'address', address: isLoopback ? LOOPBACK : names.addressOf(lower) };
}

/** A name with a dot that a policy can speak about; single labels are names of nobody's network. */
function isName(name: string): boolean {
  const parsed = parseHost(name);
  return parsed.ok && parsed.host.kind === 'name' && parsed.host.name === name && name.includes('.');
}

function pointer(name: string, type: number, names: SyntheticNames): ReturnType<typeof lookUp> {
  const reversed = /^(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})\.in-addr\.arpa$/.exec(name)?.[1];
  const found = reversed === undefined ? null : names.nameOf(reversed.split('.').reverse().join('.'));
  if (found === null) return 'no-name';
  return type === RECORD_TYPES.PTR ? { kind: 'name', name: found } : 'nothing';
}
