import { expect, test } from 'vitest';
import { difference } from '../../../../compiler/analysis/difference/difference.ts';
import { blueprint, policyOf } from '../../../support/policy.ts';

const FILES = 'filesystem_policy:\n  include_workdir: true\n';

function policies(...endpoints: readonly string[]): string {
  const blocks = endpoints.map(
    (one, at) => `  p${at}:\n    endpoints: [${one}]\n    binaries: [/usr/bin/curl]\n`,
  );
  return blueprint(`${FILES}network_policies:\n${blocks.join('')}`);
}

test('entries that go on alike are causes of their own, each with its host and an example of it', () => {
  const host = (at: number) => `{ host: h${at}.example.com, port: 443, access: read-only }`;
  const hosts = Array.from({ length: 40 }, (_, at) => host(at));
  const { changes } = difference(policyOf(blueprint(FILES)), policyOf(policies(...hosts)));
  expect(changes).toHaveLength(40);
  for (const { cause, sides, example } of changes) {
    const { span } = cause.grant.origin;
    const written = span.source.text.slice(span.start, span.end);
    expect(sides.find(({ name }) => name === 'host')!.terms).toEqual([{ all: [written], except: [] }]);
    expect(example).toContain(`https://${written}/`);
  }
  expect(new Set(changes.map(({ cause }) => cause.grant.id)).size).toBe(40);
});

test('one entry with several hosts below a wildcard, and two rules of one entry, stay one change', () => {
  const rules = 'rules: [{ allow: { method: GET, path: /a } }, { allow: { method: GET, path: /b } }]';
  const next = policyOf(policies(`{ host: "*.example.com", port: 443, ${rules} }`));
  const { changes } = difference(policyOf(blueprint(FILES)), next);
  expect(changes).toHaveLength(1);
  expect(changes[0]!.sides.find(({ name }) => name === 'path')!.terms).toEqual([
    { all: ['/a'], except: [] },
    { all: ['/b'], except: [] },
  ]);
});

test('an entry that is only audited says that what was refused now passes', () => {
  const rules = 'rules: [{ allow: { method: GET, path: /a } }]';
  const endpoint = (more: string) => `{ host: a.example.com, port: 443, ${rules}${more} }`;
  const { changes } = difference(
    policyOf(policies(endpoint(''))),
    policyOf(policies(endpoint(', enforcement: audit'))),
  );
  expect(changes.every(({ classes }) => classes.includes('enforcement-lost'))).toBe(true);
  expect(changes[0]!.severity).toBe('critical');
});
