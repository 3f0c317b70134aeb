import { expect, test } from 'vitest';
import { NAMED_TARGETS } from '../../compiler/backends/named-targets.ts';
import { buildBundle } from '../../compiler/bundle/bundle.ts';
import { blueprint, load, testBindings } from '../support/policy.ts';

const COUNT = 10_000;
const numbers = Array.from({ length: COUNT }, (_, at) => at);

/** Sections that are long but not wrong. The limit below is that of a hang, not of a bench. */
const LONG: Record<string, string> = {
  paths: `filesystem_policy:\n  include_workdir: true\n  read_only:\n${numbers.map((at) => `    - { path: /data/${at % 100}/${at}, optional: true }`).join('\n')}`,
  endpoints: `filesystem_policy: { include_workdir: true }\nnetwork_policies:\n${numbers
    .map((at) => `  p${at}: { endpoints: [{ host: h${at}.example.com, port: 443, access: read-only }] }`)
    .join('\n')}`,
  denials: `filesystem_policy: { include_workdir: true }\nsyscalls:\n  deny:\n${numbers
    .map((at) => `    - { name: ioctl, when: [{ arg: 1, equals: ${0x10000 + at * 3} }] }`)
    .join('\n')}`,
};

test.each(Object.keys(LONG))('ten thousand %s validate and compile', { timeout: 60_000 }, (what) => {
  const { policy, inputs, diagnostics } = load(blueprint(LONG[what]!));
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const { bundle, diagnostics: findings } = buildBundle(
    policy!,
    NAMED_TARGETS['linux-x86_64']!,
    testBindings,
    inputs,
  );
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ name }) => name);
  // A filter that long is more than the kernel takes; that is said, and nothing is written.
  expect(errors).toEqual(what === 'denials' ? expect.arrayContaining(['syscalls/filter-too-long']) : []);
  expect(bundle === null).toBe(what === 'denials');
});
