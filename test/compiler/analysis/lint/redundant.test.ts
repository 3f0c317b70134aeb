import { describe, expect, test } from 'vitest';
import { findingsIn, lintOf, meaningOf, mend, owned } from '../../../support/linted.ts';
import { describe as describeDiagnostic } from '../../../support/policy.ts';

/** Grants the working folder of the tests by name, so that no binding moves it among the paths. */
const FILES = 'filesystem_policy:\n  read_write: [/work/project]\n';

/** A network policy for `/usr/bin/gh` with the given endpoints. */
function network(endpoints: string, binaries = '[/usr/bin/gh]'): string {
  return owned(`${FILES}network_policies:\n  gh:\n    binaries: ${binaries}\n    endpoints:\n${endpoints}`);
}

const RULES = (...rules: string[]) => rules.map((rule) => `          - allow: ${rule}\n`).join('');
const HOST = (host: string, more: string) => `      - host: ${host}\n        port: 443\n${more}`;

/** Mending must keep the meaning; gives the new text. */
function mendedKeepingMeaning(text: string): string {
  const { text: after } = mend(text);
  expect(meaningOf(after)).toBe(meaningOf(text));
  const left = findingsIn(text).filter(({ fix }) => fix === null);
  const before = new Set(lintOf(text));
  expect(lintOf(after).filter((one) => before.has(one))).toEqual(
    lintOf(text).filter((one) => left.some(({ diagnostic }) => describeDiagnostic(diagnostic) === one)),
  );
  return after;
}

describe('paths', () => {
  test('that say the same as the one above are found, with the one above, and go', () => {
    const text = owned(
      `${FILES}  read_only:\n    # the system\n    - /usr\n    - /usr/share  # fonts\n    - { path: /usr/lib, execute: false }\n`,
    );
    expect(lintOf(text)).toEqual(['lint/path-repeats @ /usr/share']);
    expect(findingsIn(text)[0]?.diagnostic.related).toMatchObject([{ label: 'granted here' }]);
    expect(mendedKeepingMeaning(text)).toBe(
      owned(
        `${FILES}  read_only:\n    # the system\n    - /usr\n    # fonts\n    - { path: /usr/lib, execute: false }\n`,
      ),
    );
  });

  test('below one that is itself found are found, too, and below one with other rights are not', () => {
    const text = owned(
      `${FILES}  read_only: [/usr, /usr/a, /usr/a/b, /opt/x/y]\n`.replace(
        '[/work/project]',
        '[/work/project, { path: /opt/x, optional: true }]',
      ),
    );
    expect(lintOf(text)).toEqual([
      'lint/path-repeats @ /usr/a',
      'lint/path-repeats @ /usr/a/b',
      'lint/read-only-below-writable @ /opt/x/y',
    ]);
    expect(mendedKeepingMeaning(text)).toContain('read_only: [/usr, /opt/x/y]\n');
  });

  test('that must be there at the start are wanted for that', () => {
    const text = owned(`${FILES}  read_only:\n    - /usr\n    - { path: /usr/lib/tool, optional: false }\n`);
    expect(lintOf(text)).toEqual([]);
  });

  test('that deny nothing are reported once, as the compiler does, and stay', () => {
    const text = owned(`${FILES}  deny:\n    - /nowhere\n`);
    expect(lintOf(text)).toEqual(['filesystem/denies-nothing @ /nowhere']);
    expect(mend(text)).toEqual({ text, mended: [] });
    expect(findingsIn(text)[0]?.diagnostic.help).toContain('no fix removes it, as it denies');
  });
});

describe('variables and system calls', () => {
  test('a variable that a name with a star passes on', () => {
    const text = owned(`${FILES}process:\n  environment: [LC_ALL, LC_*, { name: LC_TIME, value: C }, L]\n`);
    expect(lintOf(text)).toEqual(['lint/variable-covered @ LC_ALL']);
    expect(mendedKeepingMeaning(text)).toContain('environment: [LC_*, { name: LC_TIME, value: C }, L]');
  });

  test('an allowed call that the profile allows goes; a refused one that is refused anyway stays', () => {
    const text = owned(`${FILES}syscalls:\n  allow: [read, ptrace]\n  deny: [kexec_load, mkdir]\n`);
    expect(lintOf(text)).toEqual([
      'lint/syscall-allowed-already @ read',
      'lint/syscall-denied-already @ kexec_load',
    ]);
    expect(mendedKeepingMeaning(text)).toContain(
      'syscalls:\n  allow: [ptrace]\n  deny: [kexec_load, mkdir]\n',
    );
  });

  test('of two equal rules the later one goes, and a denial with an error number of its own is no repetition', () => {
    const text = owned(
      `${FILES}syscalls:\n  allow: [ptrace, ptrace]\n  deny:\n    - { name: kexec_load, errno: ENOSYS }\n`,
    );
    expect(lintOf(text)).toEqual(['lint/syscall-allowed-already @ ptrace']);
    expect(findingsIn(text)[0]?.diagnostic.primary?.start).toBe(text.lastIndexOf('ptrace'));
  });
});

describe('network entries', () => {
  test('that another grants whole', () => {
    const text = network(
      HOST('api.example.com', `        rules:\n${RULES('{ method: GET, path: /a }')}`) +
        HOST('"*.example.com"', '        access: read-only\n'),
    );
    expect(lintOf(text)).toEqual(['lint/granted-already @ api.example.com']);
    const { related } = findingsIn(text)[0]!.diagnostic;
    expect(related.map(({ span }) => span.source.text.slice(span.start, span.end))).toEqual([
      '"*.example.com"',
    ]);
    expect(mendedKeepingMeaning(text)).toBe(network(HOST('"*.example.com"', '        access: read-only\n')));
  });

  test('that several others grant together', () => {
    const text = network(
      HOST('a.example.com', `        rules:\n${RULES('{ method: GET, path: "/x/**" }')}`) +
        HOST('a.example.com', `        rules:\n${RULES('{ method: "*", path: "/y/**" }')}`) +
        HOST(
          'a.example.com',
          `        rules:\n${RULES('{ method: GET, path: "/x/**" }', '{ method: PUT, path: "/y/z" }')}`,
        ),
    );
    expect(lintOf(text)).toEqual(['lint/granted-already @ a.example.com']);
    expect(findingsIn(text)[0]?.diagnostic.primary?.start).toBe(text.lastIndexOf('a.example.com'));
    expect(mendedKeepingMeaning(text).match(/host:/g)).toHaveLength(2);
  });

  test.each([
    ['for another program', '[/usr/bin/git]', 443, 'access: read-only'],
    ['on another port', '[/usr/bin/gh]', 8443, 'access: read-only'],
    ['with fewer methods', '[/usr/bin/gh]', 443, 'rules: [{ allow: { method: POST } }]'],
  ])('are needed beside one %s', (_name, binaries, port, what) => {
    const other = `  other:\n    binaries: ${binaries}\n    endpoints: [{ host: a.example.com, port: ${port}, ${what} }]\n`;
    const text = network(HOST('a.example.com', '        access: read-only\n')) + other;
    expect(lintOf(text)).toEqual([]);
  });

  test('an entry that ends does not stand for one that stays, nor one with a number of uses', () => {
    for (const grant of ['expires: 2027-01-01', 'max_uses: 3']) {
      const free = HOST('a.example.com', '        access: read-only\n');
      const limited = HOST('a.example.com', `        access: read-only\n        grant: { ${grant} }\n`);
      // The limited one is needless beside the other, whichever comes first, and not the other way round.
      for (const text of [network(free + limited), network(limited + free)]) {
        expect(lintOf(text)).toEqual(['lint/granted-already @ a.example.com']);
        expect(mend(text)).toEqual({ text, mended: [] });
        expect(findingsIn(text)[0]?.diagnostic.help).toMatch(
          /--fix` leaves it, as it says by itself who answers/,
        );
      }
    }
  });

  test('rules, programs and ports that are granted already, each under its own text', () => {
    const text = network(
      HOST(
        'a.example.com',
        `        rules:\n${RULES('{ method: GET, path: "/x/**" }', '{ method: GET, path: /x/y }  # one', '{ method: HEAD, path: /x/y }')}`,
      ).replace('port: 443', 'ports: [443, "440-450", 9000]'),
      '[/usr/bin/gh, "/usr/bin/*"]',
    );
    expect(lintOf(text)).toEqual([
      'lint/granted-already @ /usr/bin/gh',
      'lint/granted-already @ 443',
      'lint/granted-already @ { method: GET, path: /x/y }',
      'lint/granted-already @ { method: HEAD, path: /x/y }',
    ]);
    const after = mendedKeepingMeaning(text);
    expect(after).toContain('binaries: ["/usr/bin/*"]');
    expect(after).toContain('ports: ["440-450", 9000]');
    expect(after).toContain('/x/**" }\n          # one\n');
  });

  test('a program is needed while one endpoint of its network policy needs it', () => {
    const text = network(
      HOST('a.example.com', '        access: read-only\n') +
        HOST('b.example.com', '        access: read-only\n'),
      '[/usr/bin/gh, /usr/bin/git]',
    );
    const other =
      '  other:\n    binaries: [/usr/bin/git]\n    endpoints: [{ host: a.example.com, port: 443, access: read-only }]\n';
    // The whole other entry repeats what `git` has here.
    expect(lintOf(text + other)).toEqual(['lint/granted-already @ a.example.com']);
    expect(findingsIn(text + other)[0]?.diagnostic.primary?.start).toBe(
      (text + other).lastIndexOf('a.example.com'),
    );
  });

  test('a whole network policy goes when nothing of it is left', () => {
    const text = `${network(HOST('a.example.com', '        access: read-only\n'))}  # the same again\n  again:\n    binaries: [/usr/bin/gh]\n    endpoints:\n      - { host: a.example.com, port: 443, access: read-only }\n`;
    expect(mend(text).text).toBe(
      `${network(HOST('a.example.com', '        access: read-only\n'))}  # the same again\n`,
    );
  });

  test('what a preset grants makes an entry of the blueprint needless, and the place in the preset is shown', () => {
    const text = owned(
      `extends:\n  - tier: restricted\n  - { preset: github, access: read-only }\nnetwork_policies:\n  mine:\n    binaries: [/usr/bin/gh]\n    endpoints: [{ host: api.github.com, port: 443, rules: [{ allow: { method: GET, path: /user } }] }]\n`,
    );
    expect(lintOf(text)).toEqual(['lint/granted-already @ api.github.com']);
    expect(findingsIn(text).at(0)?.diagnostic.related[0]?.span.source.path).toBe('preset:github');
    expect(mendedKeepingMeaning(text)).not.toContain('network_policies');
  });
});

describe('denials', () => {
  const withDenials = (rules: string, ...denials: string[]) =>
    network(
      HOST(
        'a.example.com',
        `        rules:\n${rules}        deny_rules:\n${denials.map((one) => `          - ${one}\n`).join('')}`,
      ),
    );

  test('that deny nothing are found, and stay', () => {
    const text = withDenials(
      RULES('{ method: GET, path: "/x/**" }'),
      '{ method: DELETE }',
      '{ method: GET, path: /y }',
    );
    expect(lintOf(text)).toEqual([
      'lint/denial-without-effect @ { method: DELETE }',
      'lint/denial-without-effect @ { method: GET, path: /y }',
    ]);
    expect(mend(text)).toEqual({ text, mended: [] });
  });

  test('of what is granted are needed', () => {
    expect(
      lintOf(withDenials(RULES('{ method: GET, path: "/x/**" }'), '{ method: GET, path: "/x/secret" }')),
    ).toEqual([]);
  });

  test('are needed for what another entry grants to the same program, a tunnel included', () => {
    const rest = HOST('"*.example.com"', '        access: full\n');
    const tunnel = HOST('a.example.com', '        tls: skip\n');
    for (const other of [rest, tunnel]) {
      const text = withDenials(RULES('{ method: GET, path: "/x/**" }'), '{ method: DELETE }') + other;
      expect(lintOf(text).filter((one) => one.includes('denial'))).toEqual([]);
    }
  });

  test('that take a whole rule away make the rule idle, and are shown', () => {
    const text = withDenials(
      RULES('{ method: GET, path: "/x/**" }', '{ method: POST, path: /admin/a }'),
      '{ method: POST, path: "/admin/**" }',
    );
    expect(lintOf(text)).toEqual(['lint/denied-whole @ { method: POST, path: /admin/a }']);
    const { related } = findingsIn(text)[0]!.diagnostic;
    expect(related.map(({ label, span }) => [label, span.source.text.slice(span.start, span.end)])).toEqual([
      ['denied here', '{ method: POST, path: "/admin/**" }'],
    ]);
    // The rule goes; the denial stays although it denies nothing then.
    const after = mendedKeepingMeaning(text);
    expect(after).not.toContain('/admin/a');
    expect(after).toContain('{ method: POST, path: "/admin/**" }');
  });
});

describe('what is inherited', () => {
  test('is noted when it is said again, and not mended', () => {
    const text = owned(
      `extends:\n  - tier: restricted\nfilesystem_policy:\n  read_only: [/usr]\nprocess:\n  environment: [PATH]\nresources:\n  open_files: 8192\n  processes: 3\n`,
    );
    expect(lintOf(text)).toEqual([
      'lint/inherited-already @ /usr',
      'lint/inherited-already @ PATH',
      'lint/inherited-already @ open_files',
    ]);
    expect(mend(text).text).toBe(text);
  });
});
