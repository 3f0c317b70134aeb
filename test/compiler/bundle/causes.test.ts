import { expect, test } from 'vitest';
import type { Target } from '../../../compiler/backends/target.ts';
import { buildBundle } from '../../../compiler/bundle/bundle.ts';
import { targetOf } from '../../support/policies.ts';
import { blueprint, describe as described, policyOf, testBindings } from '../../support/policy.ts';

const WORKDIR = 'filesystem_policy:\n  include_workdir: true\n';
/** A gap of its own for a sandbox that root starts. */
const LIMIT = 'resources:\n  processes: 64\n';
const MANY_CONDITIONS = `syscalls:\n  allow:\n${Array.from(
  { length: 9000 },
  (_, at) => `    - { name: keyctl, when: [{ arg: 0, equals: ${at * 2} }] }\n`,
).join('')}`;

test.each<[string, string, Partial<Target>, string[]]>([
  ['no Landlock', WORKDIR, { landlockAbi: 0 }, ['landlock/kernel-too-old @ test']],
  [
    'no Landlock, for root',
    WORKDIR + LIMIT,
    { landlockAbi: 0, privilege: 'root' },
    ['landlock/kernel-too-old @ test'],
  ],
  ['no image', WORKDIR + LIMIT, { engine: 'docker' }, ['docker/no-image @ ']],
  [
    'no Landlock and no image',
    WORKDIR,
    { engine: 'docker', landlockAbi: 0 },
    ['landlock/kernel-too-old @ test', 'docker/no-image @ '],
  ],
  ['no room for the filter', WORKDIR + MANY_CONDITIONS, {}, ['syscalls/filter-too-long @ test']],
  [
    'no namespaces, though a folder needs them',
    `${WORKDIR}  read_only: [/opt]\n  scratch: [/opt/a]\n`,
    { userNamespaces: false },
    ['mount-view/scratch-needs-namespaces @ /opt/a'],
  ],
])(
  'a target with %s: each cause is said once, and nothing that follows from it',
  (_name, sections, about, expected) => {
    const { bundle, diagnostics } = buildBundle(
      policyOf(blueprint(sections)),
      targetOf(about),
      testBindings,
      [],
    );
    expect(bundle).toBeNull();
    expect(diagnostics.filter(({ severity }) => severity === 'error').map(described)).toEqual(expected);
  },
);

test('where no mechanism fails every gap is said', () => {
  const policy = policyOf(blueprint(WORKDIR + LIMIT));
  const { diagnostics } = buildBundle(policy, targetOf({ userNamespaces: false }), testBindings, []);
  expect(diagnostics.filter(({ code }) => code === 'NC1600')).toHaveLength(3);
});
