import { describe, expect, it } from 'vitest';
import { FILE_RIGHTS } from '../../../../compiler/ir/filesystem.ts';
import { lowerAccess, lowerMoment, RIGHT_OF_WORD } from '../../../../compiler/ir/lower/access.ts';
import { describe as wordsOf } from '../../../support/policy.ts';
import { writtenTest } from '../../../support/written.ts';

const NOW = Date.UTC(2026, 0, 1);
const asked = (access: string) => lowerAccess(writtenTest(access).access, NOW);
const egress = (more: string) => `{ egress: { binary: /usr/bin/gh, ${more} } }`;

describe('what can be tried', () => {
  it('every right of the kernel has exactly one word', () => {
    expect(Object.values(RIGHT_OF_WORD).sort()).toEqual([...FILE_RIGHTS].sort());
  });

  it.each([
    ['{ filesystem: { path: "/a/[id]/b", right: read } }', { path: '/a/[id]/b', right: 'read_file' }],
    ['{ filesystem: { path: /a/, right: list } }', { path: '/a', right: 'read_dir' }],
    ['{ filesystem: { path: /dev/x, right: control } }', { path: '/dev/x', right: 'ioctl_dev' }],
    ['{ syscalls: { name: ptrace } }', { name: 'ptrace', args: [] }],
    [
      '{ syscalls: { name: socket, args: [AF_UNIX, "SOCK_STREAM | SOCK_CLOEXEC", 7] } }',
      { args: [1n, 0x80001n, 7n] },
    ],
    ['{ process: { environment: LANG } }', { environment: 'LANG' }],
    ['{ process: { user: 4294967294 } }', { uid: 4294967294 }],
    ['{ process: { reaches: process-outside } }', { reaches: 'process-outside' }],
    ['{ inference: { route: r, model: a/b } }', { route: 'r', model: 'a/b' }],
    ['{ resources: { limit: cpu_time, amount: 0 } }', { resource: 'cpu_time', amount: 0 }],
    [
      egress('host: Api.GitHub.com, port: "443", method: GET, path: "/a%20b?x=1&x=%26&y"'),
      {
        port: 443,
        sha256: null,
        address: null,
        at: NOW,
        http: {
          method: 'GET',
          path: '/a%20b',
          query: [
            ['x', '1'],
            ['x', '&'],
            ['y', ''],
          ],
        },
      },
    ],
    [egress('host: "10.0.0.1", port: 22, address: "::ffff:10.0.0.1"'), { http: null }],
    [egress(`host: a.example, port: 1, sha256: ${'AB'.repeat(32)}`), { sha256: 'ab'.repeat(32) }],
  ])('%s', (access, expected) => {
    const { asked: question, diagnostics } = asked(access);
    expect(diagnostics).toEqual([]);
    expect(question!.accesses).toHaveLength(1);
    expect(question!.accesses[0]).toMatchObject(expected);
  });

  it('making, removing and moving is asked of the folder and of the thing itself', () => {
    for (const word of [
      'create',
      'create-folder',
      'create-link',
      'remove',
      'remove-folder',
      'move',
    ] as const) {
      const { asked: question } = asked(`{ filesystem: { path: /a/b, right: ${word} } }`);
      const right = RIGHT_OF_WORD[word];
      expect(question!.accesses).toEqual([
        { facet: 'filesystem', path: '/a', right },
        { facet: 'filesystem', path: '/a/b', right },
      ]);
      expect(question!.words).toMatch(/`\/a\/b`$/);
    }
  });

  it('the words say nothing about now', () => {
    expect(asked(egress('host: a.example, port: 443, method: GET, path: /')).asked!.words).toBe(
      'GET `https://a.example/` via `/usr/bin/gh`',
    );
  });
});

describe('what cannot be tried is refused at its place', () => {
  it.each([
    ['{ filesystem: { path: etc/shadow, right: read } }', ['access/invalid-path @ etc/shadow']],
    ['{ filesystem: { path: /etc/../shadow, right: read } }', ['access/invalid-path @ /etc/../shadow']],
    ['{ filesystem: { path: "/etc/*", right: read } }', ['access/invalid-path @ "/etc/*"']],
    ['{ filesystem: { path: /, right: remove-folder } }', ['access/invalid-path @ /']],
    ['{ syscalls: { name: ptarce } }', ['syscalls/unknown-name @ ptarce']],
    ['{ syscalls: { name: "@debug" } }', ['access/syscall-group @ "@debug"']],
    ['{ syscalls: { name: getpid, args: [1] } }', ['access/too-many-arguments @ 1']],
    ['{ syscalls: { name: socket, args: [AF_UNX] } }', ['syscalls/unknown-constant @ AF_UNX']],
    ['{ process: { environment: "LC_*" } }', ['access/invalid-variable @ "LC_*"']],
    [egress('host: "*.github.com", port: 443'), ['access/invalid-host @ "*.github.com"']],
    [egress('host: "https://a.example", port: 443'), ['access/invalid-host @ "https://a.example"']],
    [egress('host: a.example, port: "80-90"'), ['access/invalid-port @ "80-90"']],
    [egress('host: a.example, port: 443, method: PSOT, path: /'), ['access/invalid-method @ PSOT']],
    [egress('host: a.example, port: 443, method: get, path: /'), ['access/invalid-method @ get']],
    [egress('host: a.example, port: 443, method: "*", path: /'), ['access/invalid-method @ "*"']],
    [egress('host: a.example, port: 443, method: GET'), ['access/incomplete @ GET']],
    [egress('host: a.example, port: 443, path: /a'), ['access/incomplete @ /a']],
    [egress('host: a.example, port: 443, method: GET, path: a'), ['access/invalid-url @ a']],
    [egress('host: a.example, port: 443, method: GET, path: /a/../b'), ['access/invalid-url @ /a/../b']],
    [egress('host: a.example, port: 443, method: GET, path: "/a#b"'), ['access/invalid-url @ "/a#b"']],
    [
      egress('host: a.example, port: 443, method: GET, path: "/a?b=%zz"'),
      ['access/invalid-url @ "/a?b=%zz"'],
    ],
    [egress('host: a.example, port: 443, address: 10.0.0.0/8'), ['access/invalid-address @ 10.0.0.0/8']],
    [egress('host: "10.0.0.1", port: 443, address: "10.0.0.2"'), ['access/invalid-address @ "10.0.0.2"']],
    [egress('host: a.example, port: 443, sha256: abc'), ['egress/invalid-hash @ abc']],
    [
      '{ egress: { host: a_*, port: 443, binary: gh, method: X, path: b } }',
      [
        'access/invalid-host @ a_*',
        'access/invalid-path @ gh',
        'access/invalid-method @ X',
        'access/invalid-url @ b',
      ],
    ],
  ])('%s', (access, expected) => {
    const { asked: question, diagnostics } = asked(access);
    expect(question).toBeNull();
    expect(diagnostics.map(wordsOf)).toEqual(expected);
  });

  it('two addresses at once are named', () => {
    const { diagnostics } = asked(egress('host: "10.0.0.1", port: 443, address: "10.0.0.2"'));
    expect(diagnostics[0]!.message).toBe('the host `10.0.0.1` is an address already, and not `10.0.0.2`');
  });
});

describe('when it is tried', () => {
  const moment = (at: string) =>
    lowerMoment(writtenTest('{ syscalls: { name: ptrace } }', `at: "${at}"`).at!);

  it.each([
    ['2027-03-31', Date.UTC(2027, 2, 31)],
    ['2027-03-31T18:00:00Z', Date.UTC(2027, 2, 31, 18)],
    ['2027-03-31T18:00:00+02:00', Date.UTC(2027, 2, 31, 16)],
  ])('%s', (at, expected) => {
    expect(moment(at)).toEqual({ moment: expected, diagnostics: [] });
  });

  it.each(['tomorrow', '2027-02-30', '2027-03-31 18:00'])('%s is refused', (at) => {
    const { moment: none, diagnostics } = moment(at);
    expect(none).toBeNull();
    expect(diagnostics.map(wordsOf)).toEqual([`access/invalid-time @ "${at}"`]);
  });
});
