import { JUMP, RETURN_CONSTANT } from '../../../compiler/backends/seccomp/kernel.ts';
import type { BpfProgram } from '../../../compiler/backends/seccomp/program.ts';

/** Instructions on the longest way through a program, whatever the call. The program must pass `checkProgram`. */
export function longestPath(program: BpfProgram): number {
  const longest = new Array<number>(program.length).fill(1);
  for (let at = program.length - 1; at >= 0; at--) {
    const { code, jt, jf, k } = program[at]!;
    if (code === RETURN_CONSTANT) continue;
    const isBranch = (code & 7) === (JUMP & 7) && code !== JUMP;
    const next = code === JUMP ? [at + 1 + k] : isBranch ? [at + 1 + jt, at + 1 + jf] : [at + 1];
    longest[at] = 1 + Math.max(...next.map((one) => longest[one]!));
  }
  return longest[0] ?? 0;
}
