import { describe, expect, it } from 'vitest';
import { resourceProbes } from '../../../../runtime/sandbox/verify/resource-probes.ts';

describe('the probes of limits', () => {
  it.each([
    [false, ['raise-limit 6 64 works', 'raise-limit 6 65 refused']],
    [true, ['raise-limit 6 65 works', 'raise-limit 6 66 refused']],
  ])('count the witness among the processes, and nowhere else: %s', (hasWitness, processes) => {
    const limits = [
      { name: 'RLIMIT_NPROC', resource: 6, maximum: 64 },
      { name: 'RLIMIT_NOFILE', resource: 7, maximum: 32 },
    ];
    const tried = resourceProbes(limits, hasWitness).map(({ attempt, expected }) =>
      [...attempt, expected].join(' '),
    );
    expect(tried).toEqual([...processes, 'raise-limit 7 32 works', 'raise-limit 7 33 refused']);
  });
});
