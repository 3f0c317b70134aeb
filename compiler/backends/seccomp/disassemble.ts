import { errnoName } from '../../domain/syscalls/errno.ts';
import { type SyscallArchitecture, syscallName } from '../../domain/syscalls/table.ts';
import {
  ALLOW,
  AND_CONSTANT,
  AUDIT_ARCHITECTURE,
  errnoAction,
  JUMP,
  JUMP_IF_ANY_BIT,
  JUMP_IF_AT_LEAST,
  JUMP_IF_EQUAL,
  JUMP_IF_GREATER,
  KILL_PROCESS,
  KILL_THREAD,
  LOAD_WORD,
  LOG,
  OFFSET_ARCHITECTURE,
  OFFSET_ARGUMENTS,
  OFFSET_NUMBER,
  RETURN_CONSTANT,
  TRACE,
  TRAP,
  USER_NOTIF,
  X32_BIT,
} from './kernel.ts';
import type { BpfProgram, Instruction } from './program.ts';

const OPERATORS: Readonly<Record<number, string>> = {
  [JUMP_IF_EQUAL]: '==',
  [JUMP_IF_GREATER]: '>',
  [JUMP_IF_AT_LEAST]: '>=',
  [JUMP_IF_ANY_BIT]: '&',
};

/**
 * A program for people: one line an instruction, with the names of calls, architectures and actions. Written
 * anew from the bytes, so that what it shows is what the kernel gets.
 *
 *     0005  if number >= 257 (openat) goto 0012
 */
export function disassemble(program: BpfProgram, architecture: SyscallArchitecture): string {
  const loads = loadedWords(program);
  const lines = program.map((instruction, at) => {
    const words = describe(instruction, at, loads[at] ?? null, architecture);
    return `${place(at)}  ${words}`;
  });
  return `${lines.join('\n')}\n`;
}

/** The name of what a program returns: `ALLOW`, `ERRNO(EPERM)`, `KILL_PROCESS`. */
export function actionName(action: number): string {
  const names = new Map([
    [ALLOW, 'ALLOW'],
    [LOG, 'LOG'],
    [TRAP, 'TRAP'],
    [USER_NOTIF, 'USER_NOTIF'],
    [KILL_THREAD, 'KILL_THREAD'],
    [KILL_PROCESS, 'KILL_PROCESS'],
  ]);
  const errno = action & 0xffff;
  if (action === errnoAction(errno)) return `ERRNO(${errnoName(errno)})`;
  if (action === (TRACE | errno)) return `TRACE(${errno})`;
  return names.get(action) ?? `0x${action.toString(16)}`;
}

const place = (at: number) => String(at).padStart(4, '0');

/** For each instruction the word in the accumulator when it is reached; null where that depends on the path. */
function loadedWords(program: BpfProgram): readonly (string | null)[] {
  const loaded: (string | null | undefined)[] = program.map(() => undefined);
  const reach = (at: number, word: string | null) => {
    loaded[at] = loaded[at] === undefined || loaded[at] === word ? word : null;
  };
  reach(0, null);
  for (const [at, { code, jt, jf, k }] of program.entries()) {
    const word = loaded[at] ?? null;
    if (code === RETURN_CONSTANT) continue;
    if (code === LOAD_WORD) reach(at + 1, wordName(k));
    else if (code === AND_CONSTANT) reach(at + 1, word === null ? null : `${word} & 0x${k.toString(16)}`);
    else if (code === JUMP) reach(at + 1 + k, word);
    else for (const distance of [jt, jf]) reach(at + 1 + distance, word);
  }
  return loaded.map((word) => word ?? null);
}

function wordName(offset: number): string {
  if (offset === OFFSET_NUMBER) return 'number';
  if (offset === OFFSET_ARCHITECTURE) return 'architecture';
  if (offset < OFFSET_ARGUMENTS) return 'instruction pointer';
  const half = offset % 8 === 0 ? 'low' : 'high';
  return `arg${(offset - OFFSET_ARGUMENTS) >> 3}.${half}`;
}

function describe(
  { code, jt, jf, k }: Instruction,
  at: number,
  word: string | null,
  architecture: SyscallArchitecture,
): string {
  const to = (distance: number) => (distance === 0 ? 'next' : place(at + 1 + distance));
  switch (code) {
    case LOAD_WORD:
      return `load ${wordName(k)}`;
    case AND_CONSTANT:
      return `and 0x${k.toString(16)}`;
    case JUMP:
      return `goto ${to(k)}`;
    case RETURN_CONSTANT:
      return `return ${actionName(k)}`;
    default: {
      const operator = OPERATORS[code];
      if (operator === undefined) return `operation 0x${code.toString(16)}`;
      const test = `${word ?? 'loaded word'} ${operator} ${constantName(word, k, architecture)}`;
      if (jt === 0) return `unless ${test} goto ${to(jf)}`;
      return jf === 0 ? `if ${test} goto ${to(jt)}` : `if ${test} goto ${to(jt)} else ${to(jf)}`;
    }
  }
}

function constantName(word: string | null, k: number, architecture: SyscallArchitecture): string {
  if (word === 'number') {
    if (k === X32_BIT) return '0x40000000 (x32)';
    const name = syscallName(k, architecture);
    return name === null ? String(k) : `${k} (${name})`;
  }
  if (word === 'architecture' && k === AUDIT_ARCHITECTURE[architecture]) return architecture;
  return `0x${k.toString(16)}`;
}
