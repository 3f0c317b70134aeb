import type { Artifact } from '../backends/backend.ts';
import { decodePlan } from '../backends/launch-plan/decode.ts';
import { describePlan } from '../backends/launch-plan/describe.ts';
import { disassemble } from '../backends/seccomp/disassemble.ts';
import { programFromBytes } from '../backends/seccomp/program.ts';
import type { Architecture } from '../backends/target.ts';

/** What a binary artifact says, in words; null for artifacts that are text already. */
export function readable({ path, bytes }: Artifact, architecture: Architecture): string | null {
  if (path.endsWith('.bin')) {
    const read = decodePlan(bytes);
    return read.ok ? describePlan(read.plan) : `This is no launch plan: ${read.problem}\n`;
  }
  if (path.endsWith('.bpf')) {
    const program = programFromBytes(bytes);
    return program === null ? 'This is no BPF program.\n' : disassemble(program, architecture);
  }
  return null;
}
