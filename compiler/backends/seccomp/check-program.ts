import {
  AND_CONSTANT,
  DATA_BYTES,
  JUMP,
  JUMP_IF_ANY_BIT,
  JUMP_IF_AT_LEAST,
  JUMP_IF_EQUAL,
  JUMP_IF_GREATER,
  LOAD_WORD,
  MAX_BRANCH,
  MAX_INSTRUCTIONS,
  RETURN_CONSTANT,
} from './kernel.ts';
import type { BpfProgram, Instruction } from './program.ts';

/** Why the kernel would refuse a program, and at which instruction; null when it is about the whole. */
export interface ProgramFault {
  readonly at: number | null;
  readonly why: string;
}

/**
 * Holds a program against the kernel's rules (bpf_check_classic in net/core/filter.c and seccomp_check_filter in
 * kernel/seccomp.c), and against our own stricter one: no operation that stops the kernel from caching calls that
 * are always allowed. Empty when the kernel will take the program.
 */
export function checkProgram(program: BpfProgram): readonly ProgramFault[] {
  if (program.length === 0) return [{ at: null, why: 'it is empty' }];
  if (program.length > MAX_INSTRUCTIONS) {
    return [{ at: null, why: `it has ${program.length} instructions, the kernel takes ${MAX_INSTRUCTIONS}` }];
  }
  const faults: ProgramFault[] = [];
  for (const [at, instruction] of program.entries()) {
    const why = instructionFault(instruction, at, program.length);
    if (why !== null) faults.push({ at, why });
  }
  if (program.at(-1)!.code !== RETURN_CONSTANT) {
    faults.push({ at: program.length - 1, why: 'the last instruction does not return' });
  }
  return faults;
}

function instructionFault({ code, jt, jf, k }: Instruction, at: number, length: number): string | null {
  switch (code) {
    case LOAD_WORD:
      return k % 4 === 0 && k < DATA_BYTES ? null : `it loads from offset ${k}`;
    case AND_CONSTANT:
    case RETURN_CONSTANT:
      return null;
    case JUMP:
      return at + 1 + k < length ? null : 'it jumps past the end';
    case JUMP_IF_EQUAL:
    case JUMP_IF_GREATER:
    case JUMP_IF_AT_LEAST:
    case JUMP_IF_ANY_BIT:
      if (Math.max(jt, jf) > MAX_BRANCH) return `it branches further than ${MAX_BRANCH} instructions`;
      return at + 1 + Math.max(jt, jf) < length ? null : 'it jumps past the end';
    default:
      return `operation 0x${code.toString(16)} is not one that we emit`;
  }
}
