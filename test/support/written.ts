import type { AccessTest, PolicyTest } from '../../compiler/frontend/blueprint/blueprint.ts';
import { parseSource } from '../../compiler/frontend/parse-source.ts';
import { blueprint, describe } from './policy.ts';

/** The tests of a blueprint that has nothing else, from the lines below `tests:`. */
export function writtenTests(lines: string): readonly PolicyTest[] {
  const parsed = parseSource('agent.yaml', new TextEncoder().encode(blueprint(`tests:\n${lines}`)));
  if (parsed.kind !== 'blueprint') throw new Error(parsed.diagnostics.map(describe).join('\n'));
  return parsed.blueprint.tests;
}

/** One test with this access, as a flow mapping: `{ syscalls: { name: ptrace } }`. */
export function writtenTest(access: string, more = ''): AccessTest {
  const [test] = writtenTests(
    `  - { name: it, expect: deny, access: ${access}${more === '' ? '' : `, ${more}`} }\n`,
  );
  if (test?.kind !== 'access') throw new Error(`${access} is no access`);
  return test;
}
