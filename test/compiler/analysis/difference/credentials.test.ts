import { describe, expect, test } from 'vitest';
import { credentialChanges } from '../../../../compiler/analysis/difference/credentials.ts';
import { difference } from '../../../../compiler/analysis/difference/difference.ts';
import type { BoundCredential } from '../../../../compiler/ir/credential.ts';
import { changeLine } from '../../../support/changes.ts';
import { grant, policyOf } from '../../../support/policies.ts';

const api = { host: 'api.example.com', port: 443, header: 'authorization', plainHttp: false };
const github: BoundCredential = {
  name: 'github',
  source: { kind: 'variable', name: 'GITHUB_TOKEN' },
  variable: 'GITHUB_TOKEN',
  isOptional: false,
  bindings: [api],
  grant: grant('credential:github'),
};
const ending = (expiresAt: number): BoundCredential => ({
  ...github,
  grant: {
    ...github.grant,
    approval: {
      owner: null,
      reason: null,
      ticket: null,
      approvedBy: null,
      expiresAt,
      maxUses: null,
      request: null,
    },
  },
});

const lines = (old: readonly BoundCredential[], next: readonly BoundCredential[]) =>
  credentialChanges(old, next).map(changeLine);
const BOUND = '{credential: github | host: api.example.com | port: 443 | header: authorization}';

describe('a credential', () => {
  test('that is new or gone', () => {
    expect(lines([], [github])).toEqual([
      `widens high egress [credential-bound] ${BOUND} (send the credential \`github\` to \`api.example.com\` port 443 in \`authorization\`) <- granted new credential:github`,
    ]);
    expect(lines([github], [])).toEqual([
      `narrows low egress [removed] ${BOUND} (send the credential \`github\` to \`api.example.com\` port 443 in \`authorization\`) <- grant-removed old credential:github`,
    ]);
  });

  test.each([
    [{ ...api, host: 'b.example.com' }, 'send the credential `github` to `b.example.com` port 443'],
    [{ ...api, port: 80 }, 'send the credential `github` to `api.example.com` port 80'],
    [{ ...api, header: 'x-key' }, 'in `x-key`'],
  ])('that is bound to another place widens and narrows', (binding, example) => {
    const changes = credentialChanges([github], [{ ...github, bindings: [binding] }]);
    expect(changes.map(({ direction }) => direction)).toEqual(['widens', 'narrows']);
    expect(changes[0]!.example).toContain(example);
  });

  test('that may go unencrypted widens only, and back narrows only', () => {
    const open = { ...github, bindings: [{ ...api, plainHttp: true }] };
    expect(credentialChanges([github], [open]).map(({ direction, example }) => [direction, example])).toEqual(
      [
        [
          'widens',
          'send the credential `github` to `api.example.com` port 443 in `authorization`, also over plain HTTP',
        ],
      ],
    );
    expect(credentialChanges([open], [github]).map(({ direction }) => direction)).toEqual(['narrows']);
  });

  test('behind which another secret stands is one or another', () => {
    const other: BoundCredential = { ...github, source: { kind: 'file', path: '/secrets/a' } };
    expect(lines([github], [other])).toEqual([
      'widens high egress [credential-source-changed] {credential: github | source: file:/secrets/a} (send as `github` what `file:/secrets/a` holds) <- changed new credential:github',
      'narrows low egress [removed] {credential: github | source: variable:GITHUB_TOKEN} (send as `github` what `variable:GITHUB_TOKEN` holds) <- changed new credential:github',
    ]);
  });

  test('whose placeholder has another variable', () => {
    expect(credentialChanges([github], [{ ...github, variable: 'GH_TOKEN' }])[0]).toMatchObject({
      direction: 'widens',
      classes: ['new-variable'],
      example: 'find the placeholder of `github` in `GH_TOKEN`',
    });
  });

  test('that holds for longer', () => {
    const day = Date.UTC(2027, 0, 1);
    expect(credentialChanges([ending(day)], [github]).map(({ classes }) => classes)).toEqual([
      ['expiry-extended'],
    ]);
    expect(credentialChanges([ending(day)], [ending(day + 1)])[0]).toMatchObject({
      example: 'use the credential `github` on 2027-01-01T00:00:00.000Z',
    });
    expect(credentialChanges([github], [ending(day)]).map(({ direction }) => direction)).toEqual(['narrows']);
  });

  test('that only is optional, or has another owner, is the same', () => {
    expect(lines([github], [{ ...github, isOptional: true, grant: grant('credential:other') }])).toEqual([]);
  });
});

test('a new binding makes a whole policy wider', () => {
  const [without, withOne] = [policyOf(), policyOf({ credentials: [github] })];
  expect(difference(without, withOne).verdict).toBe('widens');
  expect(difference(withOne, without).verdict).toBe('narrows');
  expect(difference(withOne, withOne).verdict).toBe('equal');
});
