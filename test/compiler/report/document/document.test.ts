import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseControls } from '../../../../compiler/frontend/controls/front-end.ts';
import { approvalPhrases } from '../../../../compiler/report/document/approval-words.ts';
import { controlEvidence } from '../../../../compiler/report/document/controls.ts';
import type { AuditDocument } from '../../../../compiler/report/document/document.ts';
import { figuresOf } from '../../../../compiler/report/document/figures.ts';
import { htmlDocument } from '../../../../compiler/report/document/html.ts';
import { plainDocument } from '../../../../compiler/report/document/json.ts';
import { markdownDocument } from '../../../../compiler/report/document/markdown.ts';
import { plainText } from '../../../../compiler/report/document/phrase.ts';
import {
  STATEMENT_IDS,
  type Statement,
  type StatementId,
} from '../../../../compiler/report/document/statements.ts';
import { documentOf, shippedText } from '../../../support/documents.ts';
import { targetOf } from '../../../support/policies.ts';
import { blueprint, describe as describeFinding } from '../../../support/policy.ts';

const WORKDIR = 'filesystem_policy:\n  include_workdir: true\n';
const network = (endpoint: string, more = '') =>
  `${WORKDIR}network_policies:\n  web:\n    endpoints:\n      - ${endpoint}\n${more}`;
const model = (endpoint: string) =>
  `inference:\n  routes:\n    - { name: a, provider: openai, endpoint: "${endpoint}", models: [m] }\n`;
const INSPECTED = '{ host: example.com, port: 443, protocol: http, tls: terminate, access: read-only }';

function statement(document: AuditDocument, id: StatementId): [state: string, text: string] {
  const { state, text } = document.statements.find((one) => one.id === id)!;
  return [state, plainText(text)];
}

const of = (sections: string) => documentOf(blueprint(sections));

describe('a statement', () => {
  test('is there for every name, and the schema of controls has the same names', () => {
    const schema = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../../../schemas/controls.schema.json'), 'utf8'),
    ) as { $defs: { statement: { enum: string[] } } };
    expect(schema.$defs.statement.enum).toEqual(STATEMENT_IDS);
    expect(of(WORKDIR).statements.map(({ id }) => id)).toEqual(STATEMENT_IDS);
  });

  test.each<[StatementId, string, string, string]>([
    ['network-limited', WORKDIR, 'holds', 'it can connect to nothing'],
    ['network-limited', network(INSPECTED), 'holds', '1 host, each by its full name'],
    [
      'network-limited',
      network(INSPECTED.replace('example.com', '"*.example.com"')),
      'fails',
      'hosts are granted by a pattern: `*.example.com`',
    ],
    [
      'requests-limited',
      network(INSPECTED.replace('read-only', 'full')),
      'fails',
      'any request can be made at: `example.com`',
    ],
    [
      'traffic-inspected',
      network(`${INSPECTED}\n      - { host: db.example.com, port: 5432, protocol: tcp }`),
      'partly',
      'nobody looks into the connections to: `db.example.com`',
    ],
    [
      'inner-network-closed',
      network(INSPECTED.replace('443,', '443, allowed_ips: [10.0.0.0/8],')),
      'fails',
      'addresses are granted for: `example.com`',
    ],
    [
      'network-limited',
      WORKDIR + model('http://169.254.169.254/v1'),
      'holds',
      'it can connect to nothing itself; models are called for it at `http://169.254.169.254/v1`',
    ],
    [
      'network-limited',
      network(INSPECTED) + model('https://models.example.com/v1'),
      'holds',
      '1 host, each by its full name; models are called for it at `https://models.example.com/v1`',
    ],
    [
      'network-limited',
      network('{ host: 9.9.9.9, port: 443, access: read-only }'),
      'holds',
      '1 host, each by its full name or its address',
    ],
    [
      'files-limited',
      `${WORKDIR}  read_only: [/usr, /proc]\n  scratch: [/tmp]\n  deny: [/usr/local]\n`,
      'holds',
      '2 paths of the machine can be seen, 1 of them changed',
    ],
    ['inner-network-closed', WORKDIR, 'holds', 'it can connect to nothing'],
    [
      'inner-network-closed',
      WORKDIR + model('http://169.254.169.254/v1'),
      'fails',
      'models are called inside the network, at `http://169.254.169.254/v1`',
    ],
    [
      'inner-network-closed',
      WORKDIR + model('http://localhost:11434/v1'),
      'fails',
      'models are called inside the network, at `http://localhost:11434/v1`',
    ],
    [
      'inner-network-closed',
      WORKDIR + model('https://models.example.com/v1'),
      'partly',
      'models are called wherever these names resolve to: `https://models.example.com/v1`',
    ],
    [
      'inner-network-closed',
      WORKDIR + model('https://9.9.9.9/v1'),
      'holds',
      'it can connect to nothing itself; models are called for it at `https://9.9.9.9/v1`',
    ],
    [
      'inner-network-closed',
      network(INSPECTED) + model('http://[fd00:ec2::254]/v1'),
      'partly',
      'only public addresses are reached, whatever a name resolves to; models are called inside the network, at `http://[fd00:ec2::254]/v1`',
    ],
    [
      'programs-named',
      network(INSPECTED, '    binaries: [/usr/bin/git]\n'),
      'holds',
      'every entry names its programs, and none of them is a known interpreter',
    ],
    [
      'programs-named',
      network(INSPECTED, '    binaries: [/usr/bin/node]\n'),
      'fails',
      'any program, or an interpreter that runs any, may connect to: `example.com`',
    ],
    [
      'programs-named',
      network(INSPECTED, '    binaries: ["/usr/bin/py*", /usr/bin/git]\n'),
      'fails',
      'any program, or an interpreter that runs any, may connect to: `example.com`',
    ],
    [
      'requests-limited',
      network('{ host: example.com, port: 443, rules: [{ allow: { method: "*", path: "/**" } }] }'),
      'fails',
      'any request can be made at: `example.com`',
    ],
    [
      'requests-limited',
      network(
        '{ host: example.com, port: 443, access: full, deny_rules: [{ method: DELETE, path: "/**" }] }',
      ),
      'fails',
      'any request can be made, but for those that are denied one by one, at: `example.com`',
    ],
    ['files-protected', WORKDIR, 'fails', 'no path is protected within what it may write'],
    [
      'files-protected',
      `${WORKDIR}  read_only: [/work/project/.git]\n`,
      'holds',
      'protected: `/work/project/.git`',
    ],
    [
      'resources-limited',
      WORKDIR,
      'fails',
      '0 limits; no limit for the number of processes, open files, the size of a file, memory of a process, processor time of a process, the size of private folders',
    ],
    [
      'owners-named',
      WORKDIR,
      'fails',
      '0 of 2 permissions name an owner of their own; for the blueprint as a whole `team@example.com` is named',
    ],
    [
      'permissions-end',
      network(INSPECTED, '    grant: { owner: a@b.example, expires: 2027-01-01 }\n'),
      'partly',
      '1 of 3 permissions have an end',
    ],
    ['enforced-on-targets', WORKDIR, 'holds', 'enforced on `linux-x86_64`'],
    ['no-accepted-gaps', WORKDIR, 'holds', 'none is'],
  ])('%s is what the blueprint says (%#)', (id, sections, state, text) => {
    expect(statement(of(sections), id)).toEqual([state, text]);
  });

  test('about credentials fails when one is passed in', () => {
    const route =
      'inference:\n  routes:\n    - { name: a, provider: openai, endpoint: "https://x.example/v1", models: [m], credential_env: A_KEY }\n';
    expect(statement(of(WORKDIR + route), 'credentials-outside')[0]).toBe('holds');
    const fixed = `${WORKDIR}${route}process:\n  environment: [{ name: A_KEY, value: unused }]\n`;
    expect(statement(of(fixed), 'credentials-outside')[0]).toBe('holds');
    const passed = `${WORKDIR}${route}process:\n  environment: [A_*]\n`;
    expect(statement(of(passed), 'credentials-outside')).toEqual([
      'fails',
      'seen inside as a variable: `A_KEY`',
    ]);
  });
});

describe('targets', () => {
  const readOnlyBelow = `${WORKDIR}  read_only: [/work/project/.git]\n`;
  const noNamespaces = {
    targets: [{ name: 'hardened', target: targetOf({ userNamespaces: false }) }],
  };

  test('that refuse it say why, and what stays open is in the statements', () => {
    const document = documentOf(blueprint(readOnlyBelow), noNamespaces);
    const [hardened] = document.targets;
    expect(hardened!.enforced).toBe(false);
    expect(hardened!.refusals.map(plainText).join(' ')).toContain('is not enforced as written');
    expect(statement(document, 'deny-by-default')[0]).toBe('partly');
    expect(statement(document, 'enforced-on-targets')[0]).toBe('fails');
  });

  test('whose gaps are accepted are told with the reason and an access that works', () => {
    const accepted = `${readOnlyBelow}accept:\n${[
      'filesystem/landlock-additive',
      'egress/no-network-namespace',
      'inference/no-network-namespace',
      'process/no-pid-namespace',
    ]
      .map((gap) => `  - { gap: ${gap}, reason: until OPS-1 }\n`)
      .join('')}`;
    const document = documentOf(blueprint(accepted), noNamespaces);
    expect(document.targets[0]!.enforced).toBe(true);
    const gap = document.gaps.find((one) => one.gap === 'filesystem/landlock-additive')!;
    expect(gap).toMatchObject({ reason: 'until OPS-1', counts: [{ target: 'hardened' }] });
    expect(plainText(gap.counts[0]!.witness!)).toContain('`/work/project/.git`');
    expect(statement(document, 'no-accepted-gaps')[0]).toBe('partly');
  });

  test('in Docker are judged for any image where none is named', () => {
    const target = targetOf({ engine: 'docker' });
    const [docker] = documentOf(blueprint(WORKDIR), { targets: [{ name: 'd', target }] }).targets;
    expect(docker).toMatchObject({ enforced: true, assumed: 'an image that is given by its digest' });
  });
});

describe('who the agent acts as', () => {
  const root = { name: 'server', target: targetOf({ privilege: 'root' }) };
  const ordinary = { name: 'laptop', target: targetOf({}) };
  const process = (document: AuditDocument) => document.chapters.find(({ facet }) => facet === 'process')!;
  const AS_ROOT = 'as root (user 0), without capabilities and within what is granted here';

  test.each([
    [[root], 'fails'],
    [[root, ordinary], 'partly'],
  ] as const)('is root where root starts it and no user is named (%#)', (targets, state) => {
    const document = documentOf(blueprint(WORKDIR), { targets });
    expect(statement(document, 'no-privileges')).toEqual([
      state,
      `it runs as whoever starts it, on \`server\` ${AS_ROOT}, and nothing that it starts can gain any`,
    ]);
    expect(process(document).can.map(plainText)).toContain(`act ${AS_ROOT}: on \`server\` root starts it`);
    expect(process(document).cannot.map(plainText).join()).not.toContain('act as root');
  });

  test('depends on who starts it on other targets', () => {
    const document = documentOf(blueprint(WORKDIR), { targets: [ordinary] });
    expect(process(document).can.map(plainText).slice(0, 2)).toEqual([
      'act as whoever starts it, and as nobody else',
      `act ${AS_ROOT}, if root starts it`,
    ]);
  });

  test('is the named user, whoever starts it', () => {
    const named = `${WORKDIR}process: { run_as_user: sandbox, run_as_group: sandbox }\n`;
    const document = documentOf(blueprint(named), { targets: [root] });
    expect(statement(document, 'no-privileges')).toEqual([
      'holds',
      'it runs as `sandbox`, user 1000, without capabilities, and nothing that it starts can gain any',
    ]);
    expect(process(document).cannot.map(plainText)[0]).toBe(
      'act as root, or run anything with the rights of another user',
    );
  });
});

describe('a permission that has ended', () => {
  const files = (end: string) =>
    `${WORKDIR}  read_only: [{ path: /opt/x, grant: { owner: a@example.com, expires: ${end} } }]\n`;

  test('keeps the agent from being started, which the document says first', () => {
    const document = of(files('2025-12-30'));
    const said =
      'No agent is started under this blueprint any more: the grant of `filesystem:/opt/x` ended on 2025-12-31T00:00:00.000Z. ' +
      'What follows is what it would grant without that.';
    expect(plainText(document.notStarted!)).toBe(said);
    expect(markdownDocument(document)).toContain(`\n**${said}**\n`);
    expect(htmlDocument(document)).toContain('<strong>No agent is started under this blueprint any more: ');
    expect(plainDocument(document).notStarted).toBe(said);
  });

  test('of the network ends by itself, and so does none that has not ended', () => {
    expect(of(files('2027-01-01')).notStarted).toBeNull();
    expect(of(network(INSPECTED, '    grant: { expires: 2025-12-30 }\n')).notStarted).toBeNull();
    expect(markdownDocument(of(files('2027-01-01')))).not.toContain('No agent is started');
  });
});

test.each(['" "', '"\\u200b"', '"\\u3164"', '"--"'])(
  'an owner without a letter or a digit is none: %s',
  (owner) => {
    const text = `${WORKDIR}  read_only: [{ path: /opt/x, grant: { owner: ${owner} } }]\n`;
    expect(statement(of(text), 'owners-named')[1]).toContain('0 of ');
  },
);

describe('hosts', () => {
  const cannot = (sections: string) =>
    of(sections)
      .chapters.find(({ facet }) => facet === 'egress')!
      .cannot.map(plainText);
  const ended = '    grant: { expires: 2025-12-31 }\n';
  const other = `  other:\n    endpoints:\n      - ${INSPECTED.replace('example.com', 'other.example.com')}\n`;

  test('are counted without those that have ended, as in every other place', () => {
    const sections = network(INSPECTED, ended + other);
    expect(cannot(sections)[0]).toBe('connect to any host but the 1 host listed here and not ended');
    expect(statement(of(sections), 'network-limited')[1]).toBe('1 host, each by its full name');
    expect(figuresOf(of(sections)).find(({ label }) => label === 'host it can reach')!.value).toBe(1);
    expect(cannot(network(INSPECTED, other))[0]).toBe('connect to any host but the 2 hosts listed here');
  });

  test('are not said to keep models out that are inside the network', () => {
    const inside = model('http://169.254.169.254/v1');
    expect(cannot(WORKDIR + inside)).toEqual([
      'connect to anything: no network, no service of the host, no name is looked up, but for the models at `http://169.254.169.254/v1`',
    ]);
    expect(cannot(network(INSPECTED) + inside)).toContain(
      'reach addresses that are not public, such as those of the machine, its network and metadata services, but for the models at `http://169.254.169.254/v1`',
    );
  });

  test('at which all that is listed is denied are none', () => {
    const shut = (deny: string) =>
      network(`{ host: example.com, port: 443, rules: [{ allow: { method: GET, path: "/a/**" } }]${deny} }`);
    const everything = ', deny_rules: [{ method: "*", path: "/**" }]';
    expect(cannot(shut(everything))).toEqual([
      'connect to anything: no network, no service of the host, no name is looked up',
    ]);
    const chapter = of(shut(everything)).chapters.find(({ facet }) => facet === 'egress')!;
    expect(chapter.can).toEqual([]);
    expect(plainText(chapter.permissions[0]!.permissions[0]!.details[0]!)).toBe(
      'all that it allows is denied, so it lets nothing through',
    );
    expect(cannot(shut(', deny_rules: [{ method: GET, path: "/a/b" }]'))[0]).toBe(
      'connect to any host but the 1 host listed here',
    );
    const denying = `  other:\n    endpoints:\n      - { host: example.com, port: 443, access: full${everything} }\n`;
    expect(cannot(network(INSPECTED, denying))[0]).toContain('connect to anything');
    expect(cannot(network(INSPECTED, denying.replace('host: example.com', 'host: b.example.com')))[0]).toBe(
      'connect to any host but the 1 host listed here that let something through',
    );
  });

  test('that have all ended are none', () => {
    expect(cannot(network(INSPECTED, ended))).toEqual([
      'connect to anything: no network, no service of the host, no name is looked up',
    ]);
  });
});

describe('what is not withstood', () => {
  const ids = (sections: string) => of(sections).notWithstood.map(({ id }) => id);
  const ALWAYS = ['root-on-the-host', 'kernel-bugs', 'side-channels'];

  test.each([
    [WORKDIR, ['written-files']],
    [
      'filesystem_policy:\n  read_write: [/work/project]\n  deny: [/work/project/.env]\n',
      ['written-files', 'replaced-on-the-host', 'missing-at-the-start'],
    ],
    [
      network(INSPECTED, '    binaries: [/usr/bin/git]\n'),
      ['granted-services', 'programs-by-path', 'written-files'],
    ],
    [
      network(INSPECTED, '    binaries: [/usr/bin/node]\n'),
      ['granted-services', 'interpreters', 'programs-by-path', 'written-files'],
    ],
    [
      network('{ host: "*.example.com", port: 443, protocol: tcp, allowed_ips: [10.0.0.0/8] }'),
      [
        'granted-services',
        'programs-by-path',
        'uninspected',
        'wildcards',
        'inner-addresses',
        'written-files',
      ],
    ],
    [`${WORKDIR}process:\n  environment: [LANG]\n`, ['written-files', 'passed-variables']],
  ])('comes from the entries (%#)', (sections, own) => {
    expect(ids(sections)).toEqual([...ALWAYS, ...own]);
  });

  test('an entry that has ended brings nothing in', () => {
    expect(ids(network(INSPECTED, '    grant: { expires: 2025-12-31 }\n'))).toEqual([
      ...ALWAYS,
      'written-files',
    ]);
  });
});

describe('permissions', () => {
  test('carry place, trail, owner, reason, ticket and end', () => {
    const note =
      '    grant: { owner: a@b.example, reason: weekly survey, ticket: RES-1, approved_by: boss, expires: 2025-06-30, max_uses: 3 }\n';
    const chapter = of(network(INSPECTED, note)).chapters.find(({ facet }) => facet === 'egress')!;
    expect(chapter.permissions).toMatchObject([
      {
        file: 'agent.yaml',
        trail: ['agent.yaml'],
        approval: {
          owner: 'a@b.example',
          reason: 'weekly survey',
          ticket: 'RES-1',
          approvedBy: 'boss',
          maxUses: 3,
          usesCounted: true,
          endsAt: '2025-07-01T00:00:00Z',
          ended: true,
        },
        permissions: [{ id: 'egress:web#0', place: { line: 10, column: 17 } }],
      },
    ]);
  });

  test('say of a limit that nothing counts that nothing does', () => {
    const call = 'syscalls: { allow: [{ name: ptrace, grant: { owner: me, reason: x, max_uses: 3 } }] }\n';
    const groups = of(WORKDIR + call).chapters.flatMap(({ permissions }) => permissions);
    const limited = groups.find(({ approval }) => approval.maxUses === 3)!;
    expect(limited.permissions.map(({ id }) => id)).toEqual(['syscalls:ptrace']);
    expect(limited.approval.usesCounted).toBe(false);
    const words = approvalPhrases(limited.approval).map((phrase) => JSON.stringify(phrase));
    expect(words.some((one) => one.includes('which nothing counts'))).toBe(true);
  });

  test('are grouped only where file, trail and people are the same', () => {
    const { chapters } = documentOf(shippedText('coding-agent.yaml'));
    const files = chapters.find(({ facet }) => facet === 'filesystem')!;
    expect(files.permissions.map(({ file, trail }) => [file, trail.length])).toEqual([
      ['preset:base', 3],
      ['agent.yaml', 1],
    ]);
  });
});

describe('system calls', () => {
  const rule = (text: string) => `${WORKDIR}syscalls:\n  allow:\n    - ${text}\n`;
  const chapter = (sections: string) => of(sections).chapters.find(({ facet }) => facet === 'syscalls')!;
  const can = (sections: string) => chapter(sections).can.map(plainText);
  const NAMESPACES =
    'CLONE_NEWNS|CLONE_NEWCGROUP|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWUSER|CLONE_NEWPID|CLONE_NEWNET';

  test.each(['CLONE_NEWUSER', 'CLONE_NEWNET'])('say under which conditions clone is allowed: %s', (flag) => {
    const sections = rule(`{ name: clone, when: [{ arg: 0, equals: ${flag}, mask: ${flag} }] }`);
    expect(can(sections)).toContain(
      `use \`clone\` only where \`arg 0 has ${flag}\`; or where \`arg 0 has none of ${NAMESPACES}\``,
    );
    const own = chapter(sections).permissions.flatMap(({ permissions }) => permissions);
    expect(own.find(({ id }) => id === 'syscalls:clone')!.details.map(plainText)).toEqual([
      'allows 1 call: `clone`',
      `allows \`clone\` only where \`arg 0 has ${flag}\``,
    ]);
  });

  const ORDINARY = 'it runs as whoever starts it, an ordinary user on these targets, without capabilities';
  const when = (call: string, index: number, flag: string) =>
    `{ name: ${call}, when: [{ arg: ${index}, equals: ${flag}, mask: ${flag} }] }`;

  test.each([
    ['{ name: unshare }', 'have every capability in a user namespace that it makes, by `unshare`'],
    [
      when('clone', 0, 'CLONE_NEWUSER'),
      'have every capability in a user namespace that it makes, by `clone`',
    ],
    // Nothing is said of the other bits, so the one of user namespaces may be set, too.
    [when('clone', 0, 'CLONE_NEWNET'), 'have every capability in a user namespace that it makes, by `clone`'],
    ['{ name: clone3 }', 'have every capability in a user namespace that it makes, by `clone3`'],
    ['{ name: setns }', 'join user namespaces, and have their capabilities, by `setns`'],
    [
      '{ name: setns, when: [{ arg: 1, equals: 0 }] }',
      'join user namespaces, and have their capabilities, by `setns`',
    ],
    [
      '"@mount"',
      'ask for changes of what is mounted, where it has the capability for it, by `chroot`, `fsconfig`, `fsmount`, `fsopen`, `fspick`, `mount`, `mount_setattr`, `move_mount`, `open_tree`, `open_tree_attr`, `pivot_root` and `umount2`',
    ],
  ])('that lead to privileges are an exception to the statement about them: %s', (call, can) => {
    const document = of(rule(call));
    expect(statement(document, 'no-privileges')).toEqual([
      'partly',
      `${ORDINARY} at its start; but it can ${can}`,
    ]);
    const process = document.chapters.find(({ facet }) => facet === 'process')!;
    expect(process.can.map(plainText)).toContain(can);
    expect(process.cannot.map(plainText)).not.toContain('have or gain capabilities');
  });

  test.each([
    ['{ name: chmod }', 'chmod'],
    ['{ name: fchmodat2, when: [{ arg: 2, equals: 0o4755 }] }', 'fchmodat2'],
    ['{ name: open, when: [{ arg: 1, equals: O_CREAT, mask: O_CREAT }] }', 'open'],
    ['{ name: openat2 }', 'openat2'],
    ['{ name: io_uring_setup }', 'io_uring_setup'],
  ])('that make files which run as their owner are said: %s', (call, name) => {
    const files = (sections: string) => of(sections).chapters.find(({ facet }) => facet === 'filesystem')!;
    const said = `make files that run as their owner, whoever starts them, by \`${name}\``;
    const opened = files(rule(call));
    expect(opened.can.map(plainText)).toContain(said);
    expect(opened.cannot.map(plainText)).toContain('make device files');
    const closed = files(WORKDIR);
    expect(closed.cannot.map(plainText)).toContain('make device files, or files that run as their owner');
    expect(closed.can.map(plainText).join()).not.toContain('run as their owner');
  });

  test('that make other namespaces alone are none, for nobody may use them', () => {
    const text = of(rule('{ name: unshare, when: [{ arg: 0, equals: CLONE_NEWNET }] }'));
    expect(statement(text, 'no-privileges')).toEqual([
      'holds',
      `${ORDINARY}, and nothing that it starts can gain any`,
    ]);
  });

  test('say every condition of the profile, and take back what a denial takes', () => {
    const lines = can(WORKDIR);
    const { limited } = of(WORKDIR).reach.syscalls;
    expect(limited).toHaveLength(22);
    expect(lines).toContain('use 22 more with certain arguments only; arguments count from 0');
    for (const { name } of limited) {
      expect(lines.filter((line) => line.startsWith(`use \`${name}\` only where \`arg `))).toHaveLength(1);
    }
    expect(lines).toContain(
      'use `personality` only where `arg 0` is one of `PER_LINUX`, `UNAME26`, `PER_LINUX32` and `0xffffffff`',
    );
    const denied = `${WORKDIR}syscalls:\n  deny: [{ name: read, when: [{ arg: 2, equals: 7 }] }]\n`;
    expect(can(denied)).toContain('use `read` only with any arguments except where `arg 2 == 0x7`');
  });
});

describe('controls', () => {
  const made = (state: Statement['state'], id: StatementId): Statement => ({
    id,
    state,
    title: '',
    text: [],
  });
  const control = {
    id: 'X',
    framework: 'Y',
    title: '',
    doesNotShow: '',
    evidence: ['deny-by-default', 'files-limited'] as const,
  };

  test.each([
    ['holds', 'holds', 'holds'],
    ['holds', 'fails', 'partly'],
    ['fails', 'fails', 'fails'],
    ['holds', 'partly', 'partly'],
  ] as const)('whose statements are %s and %s are %s', (one, other, expected) => {
    const statements = [made(one, 'deny-by-default'), made(other, 'files-limited')];
    expect(controlEvidence(control, statements).state).toBe(expected);
  });

  const parse = (text: string) => {
    const { file, diagnostics } = parseControls('c.yaml', Buffer.from(text));
    return { file, found: diagnostics.map(describeFinding) };
  };
  const head = 'apiVersion: nemoclaw.dev/v1\nkind: Controls\nmetadata: { name: own }\ncontrols:\n';
  const row = (id: string, evidence = 'deny-by-default') =>
    `  - { framework: F, id: ${id}, title: t, evidence: [${evidence}], does_not_show: n }\n`;

  test('that ship are valid and name three frameworks', () => {
    const { file, found } = parse(shippedText('controls/default.yaml'));
    expect(found).toEqual([]);
    expect(new Set(file!.controls.map(({ framework }) => framework.value)).size).toBe(3);
  });

  test('are refused where they are wrong, at the very word', () => {
    expect(parse(head + row('A1') + row('A1')).found).toEqual(['controls/twice @ A1']);
    expect(parse(head + row('A1', 'deny-by-defualt')).found).toEqual([
      'schema/unknown-value @ deny-by-defualt',
    ]);
    expect(parse(head + row('A1').replace(', does_not_show: n', '')).found[0]).toMatch(
      /^schema\/missing-key/,
    );
    expect(parse(head + row('A1') + row('A2')).file!.controls).toHaveLength(2);
  });
});
