import { checkProgram, type ProgramFault } from '../../compiler/backends/seccomp/check-program.ts';
import { compileFilter } from '../../compiler/backends/seccomp/compile-filter.ts';
import {
  ALLOW,
  AUDIT_ARCHITECTURE,
  errnoAction,
  KILL_PROCESS,
} from '../../compiler/backends/seccomp/kernel.ts';
import { evaluateFilter, type SyscallFilter } from '../../compiler/domain/syscalls/filter.ts';
import {
  knownNumbers,
  type SyscallArchitecture,
  syscallName,
  syscallNumber,
} from '../../compiler/domain/syscalls/table.ts';
import { randomArguments, randomFilter } from './random-filter.ts';
import { simulate } from './seccomp/simulate.ts';
import { Seeded } from './seeded.ts';

const OUTSIDE_THE_TABLE = [
  340, 423, 471, 511, 600, 0x3fff_ffff, 0x4000_0000, 0x4000_0029, 0x7fff_ffff,
].concat([0x8000_0000, 0xffff_fffe, 0xffff_ffff]);

/** What the meaning of a filter says about a call by number, as a SECCOMP_RET_* action. */
export function meantAction(
  filter: SyscallFilter,
  architecture: SyscallArchitecture,
  number: number,
  args: readonly bigint[],
): number {
  if (architecture === 'x86_64' && number >= 0x4000_0000) return KILL_PROCESS;
  const name = syscallName(number, architecture) ?? `number ${number}`;
  const verdict = evaluateFilter(filter, { name, args });
  return verdict.verdict === 'allow' ? ALLOW : errnoAction(verdict.errno);
}

export interface Comparison {
  readonly points: number;
  /** Calls on which program and meaning differ, with the seed that makes the filter again. */
  readonly differences: readonly string[];
  readonly faults: readonly (readonly [seed: number, fault: ProgramFault])[];
}

/** Compiles random filters and holds each program against the filter's meaning, at least `wanted` calls in all. */
export function compareWithMeaning(wanted: number): Comparison {
  const differences: string[] = [];
  const faults: [number, ProgramFault][] = [];
  let points = 0;
  for (let seed = 1; points < wanted; seed++) {
    const random = new Seeded(seed);
    const architecture = seed % 2 === 0 ? 'x86_64' : 'aarch64';
    const filter = randomFilter(random);
    const program = compileFilter(filter, architecture);
    for (const fault of checkProgram(program)) faults.push([seed, fault]);
    const named = filter.rules
      .map(({ name }) => syscallNumber(name, architecture))
      .filter((one) => one !== null);
    for (const number of [
      ...knownNumbers(architecture),
      ...OUTSIDE_THE_TABLE,
      ...named,
      ...named,
      ...named,
    ]) {
      const args = randomArguments(random);
      points++;
      const { action } = simulate(program, { architecture: AUDIT_ARCHITECTURE[architecture], number, args });
      if (action !== meantAction(filter, architecture, number, args)) {
        differences.push(`seed ${seed}, call ${number}(${args.join(', ')})`);
      }
    }
  }
  return { points, differences, faults };
}
