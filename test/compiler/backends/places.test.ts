import { describe, expect, test } from 'vitest';
import type { Target } from '../../../compiler/backends/target.ts';
import { buildBundle } from '../../../compiler/bundle/bundle.ts';
import type { Diagnostic } from '../../../compiler/diagnostics/diagnostic.ts';
import type { Span } from '../../../compiler/source/span.ts';
import { targetOf } from '../../support/policies.ts';
import { blueprint, policyOf, testBindings } from '../../support/policy.ts';

const NO_NAMESPACES = { userNamespaces: false } as const;
const ROOT = { privilege: 'root' } as const;
const DOCKER = { engine: 'docker', image: `image@sha256:${'0'.repeat(64)}` } as const;
const WORKDIR = 'filesystem_policy:\n  include_workdir: true\n';

function findingsOf(sections: string, about: Partial<Target>): readonly Diagnostic[] {
  const policy = policyOf(blueprint(sections));
  return buildBundle(policy, targetOf(about), testBindings, []).diagnostics;
}

/** `file:line:column text`, the place and the text that is underlined. */
function placed({ source, start, end }: Span): string {
  const { line, column } = source.positionAt(start);
  return `${source.path}:${line}:${column} ${source.text.slice(start, end)}`;
}

const placesOf = (findings: readonly Diagnostic[], wanted: string) =>
  findings.filter(({ code }) => code === wanted).map(({ primary }) => primary && placed(primary));

describe('what a target cannot do is said at the text that asks for it', () => {
  test.each<[string, string, string, Partial<Target>, string[]]>([
    [
      'NC1600',
      'at the entry that is not enforced',
      `${WORKDIR}  deny: [/work/project/.env]\n`,
      {},
      ['agent.yaml:7:10 /work/project/.env'],
    ],
    ['NC1600', 'at a limit', `${WORKDIR}resources:\n  processes: 64\n`, ROOT, ['agent.yaml:8:3 processes']],
    [
      'NC1600',
      'at the name where nothing speaks of it',
      WORKDIR,
      NO_NAMESPACES,
      ['agent.yaml:4:9 test', 'agent.yaml:4:9 test', 'agent.yaml:4:9 test'],
    ],
    [
      'NC1601',
      'at the name',
      `${WORKDIR}network_policies:\n  x: { endpoints: [{ host: 192.0.2.1, port: 9, protocol: tcp, allowed_ips: [192.0.2.1/32] }] }\n`,
      NO_NAMESPACES,
      ['agent.yaml:4:9 test'],
    ],
    [
      'NC1602',
      'at an acceptance that is not used',
      `${WORKDIR}accept:\n  - { gap: filesystem/landlock-abi, reason: old }\n  - { gap: nonsense/gap, reason: none }\n`,
      {},
      ['agent.yaml:8:12 filesystem/landlock-abi', 'agent.yaml:9:12 nonsense/gap'],
    ],
    [
      'NC1603',
      'at the acceptance of the gap',
      `${WORKDIR}  deny: [/work/project/.env]\naccept: [{ gap: filesystem/optional-below-writable, reason: old }]\n`,
      {},
      ['agent.yaml:8:17 filesystem/optional-below-writable'],
    ],
    [
      'NC1603',
      'at the word that waives Landlock',
      `${WORKDIR}landlock: { compatibility: best_effort }\n`,
      { landlockAbi: 0 },
      ['agent.yaml:7:28 best_effort'],
    ],
    [
      'NC1610',
      'at the entry that needs a newer kernel',
      `${WORKDIR}  read_only: [/usr, /dev/urandom]\n`,
      { landlockAbi: 4 },
      ['agent.yaml:7:21 /dev/urandom'],
    ],
    ['NC1610', 'at the name without any Landlock', WORKDIR, { landlockAbi: 0 }, ['agent.yaml:4:9 test']],
    [
      'NC1610',
      'at the word for Landlock without any',
      `${WORKDIR}landlock: { compatibility: hard_requirement }\n`,
      { landlockAbi: 0 },
      ['agent.yaml:7:28 hard_requirement'],
    ],
    [
      'NC1611',
      'at the word that waives it',
      `${WORKDIR}  read_only: [/dev/urandom]\nlandlock: { compatibility: best_effort }\n`,
      { landlockAbi: 4 },
      ['agent.yaml:8:28 best_effort'],
    ],
    [
      'NC1612',
      'at the word that waives it',
      `${WORKDIR}landlock: { compatibility: best_effort }\n`,
      {},
      ['agent.yaml:7:28 best_effort'],
    ],
    ['NC1620', 'at the name', WORKDIR, NO_NAMESPACES, ['agent.yaml:4:9 test']],
    [
      'NC1621',
      'at the scratch folder',
      `${WORKDIR}  read_only: [/opt]\n  scratch: [/opt/a]\n`,
      NO_NAMESPACES,
      ['agent.yaml:8:13 /opt/a'],
    ],
    ['NC1642', 'at the path', `${WORKDIR}  scratch: ["/opt/a:b"]\n`, DOCKER, ['agent.yaml:7:13 "/opt/a:b"']],
    [
      'NC1643',
      'at each pattern',
      `${WORKDIR}process: { environment: ["LC_*", LANG, "X_*"] }\n`,
      DOCKER,
      ['agent.yaml:7:26 "LC_*"', 'agent.yaml:7:40 "X_*"'],
    ],
    [
      'NC1650',
      'at the path',
      `${WORKDIR}  deny: [/work/project/.env]\n`,
      DOCKER,
      ['agent.yaml:7:10 /work/project/.env'],
    ],
    [
      'NC1401',
      'at the call with too many conditions',
      `${WORKDIR}syscalls:\n  allow:\n    - name: mremap\n      when:\n${Array.from({ length: 5 }, (_, at) => `        - { arg: ${at % 5}, greater_than: "0x5555555555555555" }\n`).join('')}`,
      {},
      ['agent.yaml:9:13 mremap'],
    ],
  ])('%s %s', (code, _name, sections, target, expected) => {
    expect(placesOf(findingsOf(sections, target), code)).toEqual(expected);
  });

  test('and says where the grant is that a scratch folder would show', () => {
    const sections = `${WORKDIR}  read_only: [/opt]\n  scratch: [/opt/a]\n`;
    const found = findingsOf(sections, NO_NAMESPACES).find(({ code }) => code === 'NC1621');
    expect(found?.related.map(({ span, label }) => [placed(span), label])).toEqual([
      ['agent.yaml:7:15 /opt', '`/opt` is granted here'],
    ]);
  });

  test('NC1600 in the preset that grants it', () => {
    const [place] = placesOf(findingsOf(`extends: [{ preset: base }]\n${WORKDIR}`, ROOT), 'NC1600');
    expect(place).toMatch(/^preset:base:\d+:3 processes$/);
  });

  test('but what the target lacks by itself has no place in a blueprint', () => {
    expect(placesOf(findingsOf(WORKDIR, { engine: 'docker' }), 'NC1640')).toEqual([null]);
  });
});

test('an origin is written down as file, line and column, without the text', () => {
  const { filesystem, origin } = policyOf(blueprint(WORKDIR));
  expect(JSON.parse(JSON.stringify(origin))).toEqual({
    file: 'agent.yaml',
    line: 4,
    column: 9,
    trail: [],
  });
  expect(JSON.parse(JSON.stringify(filesystem.entries[0]!.grant.origin))).toEqual({
    file: 'agent.yaml',
    line: 6,
    column: 20,
    trail: ['agent.yaml'],
  });
});
