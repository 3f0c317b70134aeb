import { describe, expect, it } from 'vitest';
import { parseSource } from '../../../../compiler/frontend/parse-source.ts';
import { describe as wordsOf } from '../../../support/policy.ts';

const parse = (text: string) => parseSource('agent_test.yaml', new TextEncoder().encode(text));
const HEAD = 'apiVersion: nemoclaw.dev/v1\nkind: PolicyTest\n';
const TESTS =
  'tests:\n  - { name: out, expect: deny, access: { filesystem: { path: /etc/shadow, right: read } } }\n';

describe('a file of policy tests', () => {
  it('names one blueprint or several, each with its place', () => {
    for (const [written, names] of [
      ['./agent.yaml', ['./agent.yaml']],
      ['[a.yaml, b.yaml]', ['a.yaml', 'b.yaml']],
    ] as const) {
      const text = `${HEAD}blueprint: ${written}\n${TESTS}`;
      const parsed = parse(text);
      if (parsed.kind !== 'policy-test') throw new Error(parsed.diagnostics.map(wordsOf).join('\n'));
      expect(parsed.file.blueprints.map(({ value }) => value)).toEqual(names);
      for (const { value, span } of parsed.file.blueprints)
        expect(text.slice(span.start, span.end)).toBe(value);
      expect(parsed.file.tests).toMatchObject([{ name: { value: 'out' }, access: { facet: 'filesystem' } }]);
    }
  });

  it.each([
    [`${HEAD}${TESTS}`, ['schema/missing-key @ apiVersion']],
    [`${HEAD}blueprint: []\n${TESTS}`, ['schema/empty @ []']],
    [`${HEAD}blueprint: a.yaml\ntests: []\n`, ['schema/empty @ []']],
    [`${HEAD}blueprint: a.yaml\nmetadata: {}\n${TESTS}`, ['schema/unknown-key @ metadata']],
    [`${HEAD}blueprint: { a: b }\n${TESTS}`, ['schema/wrong-type @ { a: b }']],
  ])('is refused where it is wrong: %j', (text, expected) => {
    const parsed = parse(text);
    expect(parsed.kind).toBe('nothing');
    expect(parsed.diagnostics.map(wordsOf)).toEqual(expected);
  });
});
