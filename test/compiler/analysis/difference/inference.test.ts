import { expect, test } from 'vitest';
import { inferenceChanges } from '../../../../compiler/analysis/difference/inference.ts';
import { ALL, type Extent, only } from '../../../../compiler/ir/extent.ts';
import type { InferenceRoute } from '../../../../compiler/ir/inference.ts';
import { changeLine } from '../../../support/changes.ts';
import { inferenceRoute, policyOf } from '../../../support/policies.ts';

const main = inferenceRoute('main');

function lines(old: readonly InferenceRoute[], next: readonly InferenceRoute[]): string[] {
  return inferenceChanges(policyOf({ routes: old }).inference, policyOf({ routes: next }).inference).map(
    changeLine,
  );
}

function residency(old: Extent<readonly string[]>, next: Extent<readonly string[]>): string[] {
  const { inference } = policyOf();
  return inferenceChanges({ ...inference, residency: old }, { ...inference, residency: next }).map(
    changeLine,
  );
}

test('a route that is new or gone', () => {
  const set =
    '{route: main | model: one | endpoint: https://models.example/ | provider: openai | credential: KEY}';
  const route = { ...main, models: only(['one']), credentialEnv: 'KEY' };
  expect(lines([], [route])).toEqual([
    `widens medium inference [new-model-route] ${set} call model \`one\` of \`main\` <- granted new inference:main`,
  ]);
  expect(lines([route], [])).toEqual([
    `narrows low inference [removed] ${set} call model \`one\` of \`main\` <- grant-removed old inference:main`,
  ]);
});

test('models', () => {
  expect(lines([{ ...main, models: only(['a', 'b']) }], [{ ...main, models: only(['b', 'c']) }])).toEqual([
    'widens medium inference [new-model] {route: main | model: c} call model `c` of `main` <- changed new inference:main',
    'narrows low inference [removed] {route: main | model: a} call model `a` of `main` <- changed new inference:main',
  ]);
  expect(lines([{ ...main, models: only(['any-model']) }], [main])).toEqual([
    'widens medium inference [new-model] {route: main | model: any except any-model} ' +
      'call model `any-model-else` of `main` <- changed new inference:main',
  ]);
});

test('where calls go and with which credential is one or another, and no access tells', () => {
  expect(lines([main], [{ ...main, endpoint: 'https://other.example/', credentialEnv: 'KEY' }])).toEqual([
    'widens high inference [model-endpoint-changed,model-credential-changed] ' +
      '{route: main | endpoint: https://other.example/ | credential: KEY} ' +
      '(have calls of `main` answered by `https://other.example/` as `openai` with `KEY`) <- changed new inference:main',
    'narrows low inference [removed] {route: main | endpoint: https://models.example/ | credential: none} ' +
      '(have calls of `main` answered by `https://models.example/` as `openai` without a credential) ' +
      '<- changed new inference:main',
  ]);
});

test('another credential for the same place is no other place', () => {
  expect(lines([{ ...main, credentialEnv: 'KEY' }], [{ ...main, credentialEnv: 'ADMIN_KEY' }])[0]).toBe(
    'widens high inference [model-credential-changed] {route: main | credential: ADMIN_KEY} ' +
      '(have calls of `main` answered by the same `https://models.example/` with `ADMIN_KEY`) ' +
      '<- changed new inference:main',
  );
  expect(lines([main], [{ ...main, provider: 'nvidia' }])[0]).toBe(
    'widens medium inference [model-provider-changed] {route: main | provider: nvidia} ' +
      '(have calls of `main` answered by `https://models.example/` as `nvidia` without a credential) ' +
      '<- changed new inference:main',
  );
});

test('residency', () => {
  expect(residency(only(['DE']), only(['DE', 'FR']))).toEqual([
    'widens high inference [residency-widened] {country: FR} (have calls answered from `FR`) <- changed new inference:residency',
  ]);
  expect(residency(ALL, only(['DE']))).toEqual([
    'narrows low inference [removed] {country: any except DE} (have calls answered from any country) ' +
      '<- changed new inference:residency',
  ]);
  expect(residency(only(['DE', 'FR']), only(['FR', 'DE']))).toEqual([]);
});
