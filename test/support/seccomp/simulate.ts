import {
  AND_CONSTANT,
  DATA_BYTES,
  JUMP,
  JUMP_IF_ANY_BIT,
  JUMP_IF_AT_LEAST,
  JUMP_IF_EQUAL,
  JUMP_IF_GREATER,
  LOAD_WORD,
  OFFSET_ARCHITECTURE,
  OFFSET_ARGUMENTS,
  OFFSET_NUMBER,
  RETURN_CONSTANT,
} from '../../../compiler/backends/seccomp/kernel.ts';
import type { BpfProgram } from '../../../compiler/backends/seccomp/program.ts';

/** What the kernel hands to a program for one call. */
export interface SeccompData {
  /** AUDIT_ARCH_* of the caller. */
  readonly architecture: number;
  readonly number: number;
  readonly args: readonly bigint[];
}

export interface Execution {
  /** SECCOMP_RET_* with its data. */
  readonly action: number;
  /** Instructions executed, the return included. */
  readonly executed: number;
}

/** Runs a program as the kernel would, on a little-endian 64-bit machine. The program must pass `checkProgram`. */
export function simulate(program: BpfProgram, call: SeccompData): Execution {
  const words = seccompWords(call);
  let accumulator = 0;
  let at = 0;
  for (let executed = 1; ; executed++) {
    const instruction = program[at++];
    if (instruction === undefined) throw new Error('the program ran past its end');
    const { code, jt, jf, k } = instruction;
    switch (code) {
      case LOAD_WORD:
        accumulator = words[k / 4]!;
        break;
      case AND_CONSTANT:
        accumulator = (accumulator & k) >>> 0;
        break;
      case JUMP:
        at += k;
        break;
      case JUMP_IF_EQUAL:
        at += accumulator === k ? jt : jf;
        break;
      case JUMP_IF_GREATER:
        at += accumulator > k ? jt : jf;
        break;
      case JUMP_IF_AT_LEAST:
        at += accumulator >= k ? jt : jf;
        break;
      case JUMP_IF_ANY_BIT:
        at += (accumulator & k) !== 0 ? jt : jf;
        break;
      case RETURN_CONSTANT:
        return { action: k, executed };
      default:
        throw new Error(`operation 0x${code.toString(16)} is not simulated`);
    }
  }
}

function seccompWords({ architecture, number, args }: SeccompData): Uint32Array {
  const words = new Uint32Array(DATA_BYTES / 4);
  words[OFFSET_NUMBER / 4] = number;
  words[OFFSET_ARCHITECTURE / 4] = architecture;
  for (const [index, argument] of args.entries()) {
    const value = BigInt.asUintN(64, argument);
    words[OFFSET_ARGUMENTS / 4 + 2 * index] = Number(value & 0xffff_ffffn);
    words[OFFSET_ARGUMENTS / 4 + 2 * index + 1] = Number(value >> 32n);
  }
  return words;
}
