import { filterNotPortable, filterTooLong } from '../../diagnostics/catalog/syscalls.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { diagnose } from '../../diagnostics/entry.ts';
import type { SyscallFilter } from '../../domain/syscalls/filter.ts';
import type { Policy } from '../../ir/policy.ts';
import type { Span } from '../../source/span.ts';
import type { Artifact, Backend, Emission, Inputs } from '../backend.ts';
import { COVERS_NOTHING, EXACT } from '../coverage.ts';
import { textArtifact } from '../json-artifact.ts';
import type { Architecture } from '../target.ts';
import { checkProgram } from './check-program.ts';
import { compileFilter } from './compile-filter.ts';
import { containerFilter, withAllOf } from './container-filter.ts';
import { disassemble } from './disassemble.ts';
import { MAX_INSTRUCTIONS } from './kernel.ts';
import { ociSeccompJson } from './oci-profile.ts';
import { type BpfProgram, programBytes, programFromBytes } from './program.ts';

const name = 'seccomp';

/**
 * The kernel's filter of system calls, as a program for the launcher, and as JSON for container engines.
 * `seccomp/profile.json` has the policy's own meaning; `seccomp/container.json` is what Docker gets, which lets the
 * launcher start in the container and install the program there.
 */
export const seccomp: Backend = {
  name,
  summary: 'seccomp program: which system calls may be made, and with which arguments',
  engines: ['process', 'docker'],
  emit({ policy, target }: Inputs): Emission {
    const rules = policy.syscalls.entries.map(({ rule }) => rule);
    const filter = { defaultErrno: policy.syscalls.defaultErrno, rules };
    const program = compileFilter(filter, target.architecture);
    if (program.length > MAX_INSTRUCTIONS) return tooLong(program, policy);
    const [fault] = checkProgram(program);
    if (fault !== undefined)
      throw new Error(`instruction ${fault.at} of a compiled filter is wrong: ${fault.why}`);
    const bytes = programBytes(program);
    const exact = exactProfile(filter, policy, target.architecture);
    return {
      backend: name,
      artifacts: [
        { path: 'seccomp/filter.bpf', mediaType: 'application/octet-stream', bytes },
        ...exact.artifacts,
        ...(target.engine === 'docker' ? [outerProfile(filter, target.architecture)] : []),
      ],
      coverage: { ...COVERS_NOTHING, syscalls: EXACT },
      diagnostics: exact.diagnostics,
      parts: { seccomp: { architecture: target.architecture, bytes } },
    };
  },
  describe(bytes, architecture) {
    const program = programFromBytes(bytes);
    return program === null ? 'This is no BPF program.\n' : disassemble(program, architecture);
  },
};

function tooLong({ length: instructions }: BpfProgram, { origin }: Policy): Emission {
  const finding = diagnose(filterTooLong, origin.span, { instructions, most: MAX_INSTRUCTIONS });
  return { backend: name, artifacts: [], coverage: COVERS_NOTHING, diagnostics: [finding], parts: {} };
}

function exactProfile(
  filter: SyscallFilter,
  policy: Policy,
  architecture: Architecture,
): { artifacts: readonly Artifact[]; diagnostics: readonly Diagnostic[] } {
  const profile = ociSeccompJson(filter, [architecture]);
  if (profile.ok) {
    return {
      artifacts: [textArtifact('seccomp/profile.json', 'application/json', profile.json)],
      diagnostics: [],
    };
  }
  const { names } = profile;
  return { artifacts: [], diagnostics: [diagnose(filterNotPortable, placeOfMost(names, policy), { names })] };
}

/** Calls whose conditions the format cannot say pass this outer fence. */
function outerProfile(filter: SyscallFilter, architecture: Architecture): Artifact {
  const outer = containerFilter(filter);
  const profile = ociSeccompJson(outer, [architecture]);
  const wider = profile.ok ? profile : ociSeccompJson(withAllOf(outer, profile.names), [architecture]);
  if (!wider.ok) throw new Error(`calls without conditions took too many entries: ${wider.names.join(', ')}`);
  return textArtifact('seccomp/container.json', 'application/json', wider.json);
}

/** The entry with the most conditions on one of the calls. */
function placeOfMost(names: readonly string[], policy: Policy): Span {
  const [most] = policy.syscalls.entries
    .filter(({ rule }) => names.includes(rule.name))
    .sort((a, b) => b.rule.tests.length - a.rule.tests.length);
  return (most?.grant ?? policy).origin.span;
}
