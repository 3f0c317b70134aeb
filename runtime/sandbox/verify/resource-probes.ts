import type { RuntimeLimit } from '../../../compiler/backends/parts.ts';
import type { Probe } from './probe.ts';

const PROCESSES = 'RLIMIT_NPROC';

/**
 * For each limit that a process carries: staying at it works, going one above it does not.
 *
 * @param hasWitness whether the launcher leaves a witness, which it adds to the processes that the plan allows
 */
export function resourceProbes(limits: readonly RuntimeLimit[], hasWitness: boolean): Probe[] {
  return limits.flatMap(({ name, resource, maximum }) => {
    const inForce = name === PROCESSES && hasWitness ? maximum + 1 : maximum;
    return [raise(name, resource, inForce, 'works'), raise(name, resource, inForce + 1, 'refused')];
  });
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
