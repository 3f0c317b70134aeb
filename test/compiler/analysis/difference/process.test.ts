import { describe, expect, test } from 'vitest';
import { processChanges } from '../../../../compiler/analysis/difference/process.ts';
import { policyDigest } from '../../../../compiler/ir/canonical.ts';
import type { Identity } from '../../../../compiler/ir/process.ts';
import { changeLine } from '../../../support/changes.ts';
import { policyOf } from '../../../support/policies.ts';

type Variables = Readonly<Record<string, string | null>>;

function variables(old: Variables, next: Variables): string[] {
  const [before, after] = [policyOf({ environment: old }), policyOf({ environment: next })];
  return processChanges(before.process, after.process).map(changeLine);
}

function identities(old: Identity, next: Identity): string[] {
  return processChanges(policyOf({ identity: old }).process, policyOf({ identity: next }).process).map(
    changeLine,
  );
}

describe('the environment', () => {
  test('a prefix passes on all but what narrower entries speak about', () => {
    expect(variables({ 'LC_*': null, LANG: 'C' }, { 'L*': null, LANG: 'C', 'LC_*': null })).toEqual([
      'widens medium process [new-variable] {variable: L* except LANG, LC_*} read the variable `LX` <- granted new process:L*',
    ]);
  });

  test('a value is found where another one or none was', () => {
    expect(variables({ A: 'x' }, { A: 'y' })).toEqual([
      'widens medium process [variable-value] {variable: A | value: y} (find `y` in the variable `A`) <- changed new process:A',
      'narrows low process [removed] {variable: A | value: x} (find `x` in the variable `A`) <- changed new process:A',
    ]);
    expect(variables({ A: null }, { A: 'y' })).toEqual([
      'widens medium process [variable-value] {variable: A | value: y} (find `y` in the variable `A`) <- changed new process:A',
      'narrows low process [removed] {variable: A} read the variable `A` <- changed new process:A',
    ]);
  });

  test('a fixed value that is gone lets the one from outside through again', () => {
    expect(variables({ 'P*': null, PATH: '/bin' }, { 'P*': null })).toEqual([
      'widens medium process [new-variable] {variable: PATH} read the variable `PATH` <- denial-removed old process:PATH',
      'narrows low process [removed] {variable: PATH | value: /bin} (find `/bin` in the variable `PATH`) ' +
        '<- grant-removed old process:PATH',
    ]);
  });

  test('every set has a name to show, whatever is excepted', () => {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789'];
    const narrower = Object.fromEntries(letters.map((letter) => [`P${letter}*`, null]));
    const [line] = variables({ ...narrower, P: 'x' }, { ...narrower, P: 'x', 'P*': null });
    expect(line).toContain('read the variable `P-` <- granted new process:P*');
  });

  test('what a wider entry passes on anyway is neither a change nor a part of the digest', () => {
    const [plain, wordy] = [{ 'L*': null }, { 'L*': null, 'LC_*': null, LC_: null, LC_ALL: null }];
    expect(variables(plain, wordy)).toEqual([]);
    expect(policyDigest(policyOf({ environment: wordy }))).toEqual(
      policyDigest(policyOf({ environment: plain })),
    );
  });
});

describe('the identity', () => {
  const alice = { kind: 'user', user: 'alice', uid: 1001, gid: 1001 } as const;

  test('another user is one more and one less', () => {
    expect(identities(alice, { ...alice, user: 'sandbox', uid: 1000 })).toEqual([
      'widens high process [identity-changed] {user id: 1000 | group id: 1001} act as user id 1000 <- changed new process:identity',
      'narrows low process [removed] {user id: 1001 | group id: 1001} act as user id 1001 <- changed new process:identity',
    ]);
  });

  test('whoever starts it may be anybody, which no access tells', () => {
    expect(identities(alice, { kind: 'invoker' })).toEqual([
      'widens high process [identity-changed] {identity: invoker} (act as whoever starts the sandbox) ' +
        '<- changed new process:identity',
      'narrows low process [removed] {user id: 1001 | group id: 1001} act as user id 1001 <- changed new process:identity',
    ]);
  });

  test('another group alone, and another name for the same numbers', () => {
    expect(identities(alice, { ...alice, gid: 5 })).toEqual([
      'widens high process [identity-changed] {user id: 1001 | group id: 5} (act with group id 5) <- changed new process:identity',
      'narrows low process [removed] {user id: 1001 | group id: 1001} (act with group id 1001) <- changed new process:identity',
    ]);
    expect(identities(alice, { ...alice, user: '1001' })).toEqual([]);
  });
});
