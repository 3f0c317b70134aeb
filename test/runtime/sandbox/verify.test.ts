import { expect, test } from 'vitest';
import { type AttemptEnd, verify } from '../../../runtime/sandbox/verify/verify.ts';
import { blueprint, policyOf } from '../../support/policy.ts';

const policy = policyOf(blueprint('filesystem_policy:\n  include_workdir: true\n'));
const FAILURE = { started: false, exitCode: 125, step: 'namespaces', detail: 'unshare', errno: 1 } as const;

/** Verifies with sandboxes that end as they are told, and counts them. */
async function verifyWith(endOf: (number: number) => AttemptEnd) {
  let started = 0;
  const outcome = await verify({
    policy,
    architecture: 'x86_64',
    limits: [],
    hasWitness: true,
    environment: {},
    attempt: async () => endOf(++started),
    onProgress: () => {},
  });
  return { outcome, started };
}

test('a sandbox that does not start is tried a few times at most, and its step is the outcome', async () => {
  const { outcome, started } = await verifyWith(() => ({ kind: 'not-started', failure: FAILURE }));
  expect(outcome).toEqual({ started: false, failure: FAILURE });
  expect(started).toBeLessThanOrEqual(12);
});

test('nor is anything called verified when only some of them start', async () => {
  const { outcome } = await verifyWith((number) =>
    number === 40 ? { kind: 'not-started', failure: FAILURE } : { kind: 'exited', code: 0 },
  );
  expect(outcome).toEqual({ started: false, failure: FAILURE });
});

test('otherwise every probe has its answer', async () => {
  const { outcome, started } = await verifyWith(() => ({ kind: 'exited', code: 0 }));
  if (!outcome.started) throw new Error('it started');
  expect(outcome.results).toHaveLength(started);
  expect(outcome.results.every(({ answer }) => answer.kind === 'worked')).toBe(true);
});
