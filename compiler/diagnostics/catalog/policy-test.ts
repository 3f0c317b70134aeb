import { entry } from '../entry.ts';

export const testFailed = entry<{ name: string; expected: string; got: string; level: string | null }>(
  'NC1780',
  'test/failed',
  'error',
  {
    message: ({ name, expected, got, level }) =>
      `test \`${name}\` failed${level === null ? '' : ` at access level \`${level}\``}: expected ${expected}, got ${got}`,
    explanation:
      'A test says what a blueprint must allow or deny, and the blueprint says otherwise. Either the change that made it fail is ' +
      'not wanted, or the test no longer says what is wanted. The text under the finding names the grant that decided and where it ' +
      'is written.',
  },
);

export const testNoneFound = entry<{ filter: string | null }>('NC1781', 'test/none-found', 'warning', {
  message: ({ filter }) =>
    filter === null ? 'no tests were found' : `no test has \`${filter}\` in its name`,
  help: ({ filter }) =>
    filter === null ? 'add `tests:` to the blueprint, or a file `NAME_test.yaml` beside it' : null,
  explanation:
    'Nothing was tested, so nothing was shown. With `--require-tests` this is an error, which is what continuous integration ' +
    'should ask for: a renamed folder otherwise passes without a single test.',
});

export const testRequired = entry<{ filter: string | null }>('NC1782', 'test/required', 'error', {
  message: ({ filter }) =>
    filter === null
      ? 'no tests were found, and `--require-tests` asks for some'
      : `no test has \`${filter}\` in its name, and \`--require-tests\` asks for some`,
  help: () => 'check the paths, or add `tests:` to the blueprint',
  explanation: 'Nothing was tested, and the command line says that this is a failure.',
});

export const testLevel = entry<{ level: string; name: string; offered: readonly string[] }>(
  'NC1783',
  'test/unknown-level',
  'error',
  {
    message: ({ level, name }) => `\`${name}\` has no access level \`${level}\``,
    help: ({ offered }) =>
      offered.length === 0
        ? 'leave `level` out: it is for presets with access levels'
        : `it offers ${offered.map((one) => `\`${one}\``).join(' and ')}`,
    explanation:
      'A preset can bring more at one access level than at another, and `level` says at which one a test must hold. A test that ' +
      'is never run would look like one that passes, so it is refused.',
  },
);
