import type { RuntimeLimit } from '../../../compiler/backends/parts.ts';
import type { Probe } from './probe.ts';

/** For each limit that a process carries: staying at it works, going one above it does not. */
export function resourceProbes(limits: readonly RuntimeLimit[]): Probe[] {
  return limits.flatMap(({ name, resource, maximum }) => [
    raise(name, resource, maximum, 'works'),
    raise(name, resource, maximum + 1, 'refused'),
  ]);
}

function raise(name: string, resource: number, to: number, expected: Probe['expected']): Probe {
  return {
    facet: 'resources',
    boundary: name,
    words: `set its limit of ${name} to ${to}`,
    attempt: ['raise-limit', String(resource), String(to)],
    expected,
    because: 'resources',
    refusals: 'any',
    leavesBehind: null,
  };
}
