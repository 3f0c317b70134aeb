import { argumentGraph, type Clause } from '../../../compiler/backends/seccomp/argument-graph.ts';
import { NodeStore } from '../../../compiler/backends/seccomp/decision-graph.ts';
import type { FilterRequest } from '../../../compiler/backends/seccomp/generate.ts';
import {
  ALLOW,
  AUDIT_ARCHITECTURE,
  KILL_PROCESS,
  X32_BIT,
} from '../../../compiler/backends/seccomp/kernel.ts';
import { type SyscallArchitecture, syscallNumber } from '../../../compiler/domain/syscalls/table.ts';
import type { Condition, ContainerProfile, ContainerRule } from './container-profile.ts';

/** The container that a profile is resolved for. */
export interface Container {
  readonly architecture: SyscallArchitecture;
  readonly capabilities: readonly string[];
  /** Kernel version as `major.minor`. */
  readonly kernel: string;
}

const GO_ARCHITECTURE: Readonly<Record<SyscallArchitecture, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

/** The rules that apply to a container, in their order, without those that only repeat the default. */
export function applicableRules(profile: ContainerProfile, container: Container): readonly ContainerRule[] {
  return profile.rules.filter(
    ({ action, includes, excludes }) =>
      action !== profile.defaultAction &&
      includesHold(includes, container) &&
      !excludesHold(excludes, container),
  );
}

function includesHold({ arches, caps, minKernel }: Condition, container: Container): boolean {
  return (
    (arches.length === 0 || arches.includes(GO_ARCHITECTURE[container.architecture])) &&
    caps.every((cap) => container.capabilities.includes(cap)) &&
    (minKernel === null || isAtLeast(container.kernel, minKernel))
  );
}

function excludesHold({ arches, caps, minKernel }: Condition, container: Container): boolean {
  return (
    arches.includes(GO_ARCHITECTURE[container.architecture]) ||
    caps.some((cap) => container.capabilities.includes(cap)) ||
    (minKernel !== null && isAtLeast(container.kernel, minKernel))
  );
}

function isAtLeast(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major === leastMajor ? minor >= leastMinor : major > leastMajor;
}

/**
 * What libseccomp makes of a profile for one architecture without its sub-architectures, as a request to our
 * generator: the default action everywhere except where a rule holds, and death for foreign calls. It takes -1,
 * which a tracer writes to skip a call, for a number of x86_64 and all others with the x32 bit for foreign.
 */
export function containerRequest(profile: ContainerProfile, container: Container): FilterRequest {
  const calls = new Map<number, Clause<number>[]>();
  for (const { names, action, tests } of applicableRules(profile, container)) {
    for (const name of names) {
      const number = syscallNumber(name, container.architecture);
      if (number === null) continue;
      const clauses = calls.get(number) ?? [];
      clauses.push({ tests, outcome: action });
      calls.set(number, clauses);
    }
  }
  const known = { from: 0, action: profile.defaultAction };
  const x32 = { from: X32_BIT, action: KILL_PROCESS };
  return {
    auditArchitecture: AUDIT_ARCHITECTURE[container.architecture],
    wrongArchitecture: KILL_PROCESS,
    calls,
    unmatched: profile.defaultAction,
    unlisted: container.architecture === 'x86_64' ? [known, x32, { ...known, from: 0xffff_ffff }] : [known],
  };
}

/**
 * Names of calls for which two rules of different action may hold at once. The formats do not say which one wins;
 * readers differ, so such a profile has no one meaning. May name too many where masks overlap, never too few.
 */
export function ambiguousCalls(rules: readonly ContainerRule[]): readonly string[] {
  const nodes = new NodeStore();
  const unlimited = { left: Number.POSITIVE_INFINITY };
  const [meets, misses] = [nodes.return(ALLOW), nodes.return(KILL_PROCESS)];
  const earlier = new Map<string, ContainerRule[]>();
  const ambiguous = new Set<string>();
  for (const rule of rules) {
    for (const name of rule.names) {
      const others = earlier.get(name) ?? [];
      for (const other of others) {
        const both = { tests: [...rule.tests, ...other.tests], outcome: meets };
        if (rule.action !== other.action && argumentGraph(nodes, [both], misses, unlimited) !== misses)
          ambiguous.add(name);
      }
      earlier.set(name, [...others, rule]);
    }
  }
  return [...ambiguous].sort();
}
