import { expect, test } from 'vitest';
import { digestOf, findingsIn, lintOf, mend, owned } from '../../../support/linted.ts';
import { blueprint, policyOf } from '../../../support/policy.ts';

const FILES = 'filesystem_policy:\n  include_workdir: true\n';
const ENDPOINT = (more = '') => `{ host: a.example.com, port: 443, access: read-only${more} }`;
const NETWORK = (endpoints: string, grant = '') =>
  `network_policies:\n  api:\n    endpoints: [${endpoints}]\n    binaries: [/usr/bin/gh]\n${grant}`;

/** All findings, those about missing ends included. */
function all(text: string): string[] {
  return findingsIn(text).map(
    ({ diagnostic: { name, primary } }) =>
      `${name} @ ${primary!.source.text.slice(primary!.start, primary!.end)}`,
  );
}

test('a network policy and a writable path outside of the working folder need an owner and an end', () => {
  const text = blueprint(
    `filesystem_policy:\n  read_only: ["\${workdir}"]\n  read_write: ["\${workdir}/out", /var/cache/agent]\n${NETWORK(ENDPOINT())}`,
  );
  expect(all(text)).toEqual([
    'lint/without-owner @ api',
    'lint/without-end @ api',
    'lint/without-owner @ /var/cache/agent',
    'lint/without-end @ /var/cache/agent',
  ]);
});

test('owners of the blueprint speak for all of it, and a note of an entry for the entry', () => {
  expect(all(owned(`${FILES}${NETWORK(ENDPOINT())}`))).toEqual(['lint/without-end @ api']);
  const noted = NETWORK(ENDPOINT(), '    grant: { owner: ops@example.com, expires: 2026-12-31 }\n');
  expect(all(blueprint(`${FILES}${noted}`))).toEqual([]);
});

test('an endpoint with a note of its own is judged by that', () => {
  const text = blueprint(
    FILES +
      NETWORK(
        `${ENDPOINT(', grant: { owner: ops@example.com }')}, { host: b.example.com, port: 443, access: read-only }`,
      ),
  );
  expect(all(text)).toEqual([
    'lint/without-owner @ api',
    'lint/without-end @ api',
    'lint/without-end @ a.example.com',
  ]);
});

test('what a preset or tier grants needs neither, in itself and in a blueprint that extends it', () => {
  const text = blueprint('extends:\n  - tier: balanced\n');
  expect(all(text)).toEqual([]);
  const preset = `apiVersion: nemoclaw.dev/v1\nkind: Preset\nmetadata: { name: x, description: x }\n${NETWORK(ENDPOINT())}`;
  expect(all(preset)).toEqual([]);
});

test('an end that is past is found at the date, and the entry goes for good', () => {
  const ended = NETWORK(ENDPOINT(), '    # until the migration\n    grant: { expires: 2025-12-31 }\n');
  const text = owned(
    `${FILES}${ended}  other:\n    endpoints: [${ENDPOINT()}]\n    binaries: [/usr/bin/git]\n`,
  );
  expect(lintOf(text)).toEqual(['lint/ended @ 2025-12-31']);
  expect(findingsIn(text).find(({ fix }) => fix !== null)?.fix?.intended).not.toBeNull();
  const after = mend(text).text;
  expect(after).toBe(
    owned(
      `${FILES}network_policies:\n  # until the migration\n  other:\n    endpoints: [${ENDPOINT()}]\n    binaries: [/usr/bin/git]\n`,
    ),
  );
  const { egress, ...rest } = policyOf(text);
  const wanted = { ...rest, egress: { entries: egress.entries.slice(1) } };
  expect(digestOf(policyOf(after))).toBe(digestOf(wanted as ReturnType<typeof policyOf>));
});

test('one of several endpoints goes alone', () => {
  const text = owned(
    FILES +
      NETWORK(
        `${ENDPOINT(', grant: { expires: 2025-06-30 }')}, { host: b.example.com, port: 443, access: read-only }`,
      ),
  );
  expect(mend(text).text).toContain('endpoints: [{ host: b.example.com, port: 443, access: read-only }]');
});

test('an ended entry with denials, which go on, is left to a person, and so is an ended path', () => {
  const text = owned(
    `${FILES}  read_write:\n    - { path: /var/x, grant: { expires: 2025-01-01 } }\n${NETWORK(ENDPOINT(', deny_rules: [{ method: GET, path: /secret }]'), '    grant: { expires: 2025-01-01 }\n')}`,
  );
  expect(lintOf(text)).toEqual(['lint/ended @ 2025-01-01', 'lint/ended @ 2025-01-01']);
  expect(mend(text).text).toBe(text);
});

test('an end within fourteen days is noted, one after that is not', () => {
  const withEnd = (end: string) =>
    owned(`${FILES}${NETWORK(ENDPOINT(), `    grant: { expires: ${end} }\n`)}`);
  expect(lintOf(withEnd('2026-01-14'))).toEqual(['lint/ends-soon @ 2026-01-14']);
  expect(findingsIn(withEnd('2026-01-01'))[0]?.diagnostic.message).toBe(
    'the network policy `api` ends on 2026-01-01, in 1 day',
  );
  expect(lintOf(withEnd('2026-01-15'))).toEqual([]);
});
