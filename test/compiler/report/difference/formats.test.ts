import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import {
  CHANGE_CLASSES,
  type Change,
  type ChangeClass,
} from '../../../../compiler/analysis/difference/change.ts';
import { jsonDiagnostics, jsonText } from '../../../../compiler/diagnostics/render/json.ts';
import type { Access } from '../../../../compiler/ir/access.ts';
import { Origin } from '../../../../compiler/ir/origin.ts';
import { differenceGithub } from '../../../../compiler/report/difference/github.ts';
import { differenceJson } from '../../../../compiler/report/difference/json.ts';
import { differenceSarif } from '../../../../compiler/report/difference/sarif.ts';
import { hostNeeds, publishedFiles } from '../../../support/host.ts';
import { readSharedData } from '../../../support/shared-data.ts';
import { finding, marked } from '../../diagnostics/finding.ts';
import { ALL, compared, grantAt, made, madeChange, sideOf } from './comparisons.ts';

const { cause } = madeChange();
const gone = madeChange({
  direction: 'narrows',
  classes: ['removed'],
  cause: { ...cause, kind: 'grant-removed', policy: 'old' },
});
const shipped = madeChange({ cause: { ...cause, grant: grantAt({ file: 'preset:npm' }) } });
const WITNESSES: readonly Access[] = [
  { facet: 'filesystem', path: '/etc/passwd', right: 'write_file' },
  { facet: 'syscalls', name: 'clone', args: [0x10000000n, 2n ** 64n - 1n] },
  { facet: 'process', uid: 0 },
  { facet: 'process', environment: 'HOME' },
  { facet: 'process', reaches: 'process-outside' },
  { facet: 'inference', route: 'main', model: 'm' },
  { facet: 'resources', resource: 'processes', amount: 3 },
];
const everything = () => [
  made([
    ...(Object.keys(CHANGE_CLASSES) as ChangeClass[]).map((name) => madeChange({ classes: [name] })),
    ...WITNESSES.map((witness) => madeChange({ facet: witness.facet, witness })),
    shipped,
    gone,
  ]),
  made([], { verdict: 'inconclusive', unknown: 'the patterns of `path`', isComplete: false }),
  made([gone], { next: sideOf(null), path: 'deleted.yaml' }),
  made([madeChange()], { old: sideOf(null), renamedFrom: 'x.yaml' }),
  compared(
    'filesystem_policy: { include_workdir: true }\n',
    'filesystem_policy: { include_workdir: true }\nnetwork_policies:\n  web:\n    endpoints:\n' +
      '      - { host: "*.example.com", port: 443, tls: skip, grant: { owner: a, expires: 2030-01-01 } }\n' +
      '      - { host: 10.0.0.1, port: 80, rules: [{ allow: { method: POST, path: "/a", query: { k: "v*" } } }] }\n',
  ),
];

describe('json', () => {
  const schema = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../../schemas/difference.schema.json'), 'utf8'),
  );
  const document = () => ({
    version: 1,
    command: 'diff',
    verdict: 'both',
    comparisons: differenceJson(everything()),
    skipped: [{ path: 'x.yaml', why: 'no policy' }],
    ...jsonDiagnostics([
      finding(marked('[[a]]'), { related: [{ span: marked('[[b]]'), label: 'here' }] }),
      finding(null),
    ]),
  });

  test('is as the published schema says', () => {
    const validate = new Ajv2020({ strict: false, allErrors: true }).compile(schema);
    const one = JSON.parse(jsonText(document()));
    validate(one);
    expect(validate.errors).toBeNull();
    one.comparisons[0].changes[0].surprise = true;
    expect(validate(one)).toBe(false);
  });

  test('has whole sets, origins, and registers as text', () => {
    const [first, , , , real] = JSON.parse(jsonText(document())).comparisons;
    const clone = first.changes.find(
      ({ witness }: { witness: Access | null }) => witness?.facet === 'syscalls',
    );
    expect(clone.witness.args).toEqual(['0x10000000', '0xffffffffffffffff']);
    expect(first.old).toEqual({ label: 'main:agent.yaml', exists: true, digest: null });
    const wildcard = real.changes.find(
      ({ cause: { grant } }: { cause: typeof cause }) => grant.id === 'egress:web#0',
    );
    expect(wildcard).toMatchObject({
      direction: 'widens',
      facet: 'egress',
      classes: expect.arrayContaining(['wildcard-widened']),
      sides: expect.arrayContaining([{ name: 'host', terms: [{ all: ['*.example.com'], except: [] }] }]),
      cause: {
        kind: 'granted',
        policy: 'new',
        grant: { origin: { file: 'agent.yaml', line: 9, column: 17 }, approval: { owner: 'a' } },
      },
    });
  });
});

describe('sarif', () => {
  test('is valid against the published schema', (context) => {
    hostNeeds(context, publishedFiles);
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    // Written in draft 04, whose keywords used here mean the same in the draft that this validator reads.
    const { $schema, id, ...schema } = JSON.parse(readSharedData('sarif/sarif-schema-2.1.0.json'));
    expect($schema).toContain('draft-04');
    const validate = ajv.compile({ ...schema, $id: id });
    const log = JSON.parse(differenceSarif(everything(), [finding(marked('[[x]]'))], '1.2.3'));
    validate(log);
    expect(validate.errors).toBeNull();
    log.runs[0].results[0].level = 'fatal';
    expect(validate(log)).toBe(false);
  });

  test('makes no link of what a policy or a finding says', () => {
    const bait = '[all is well](https://evil.example)';
    const log = JSON.parse(
      differenceSarif(
        [
          made([madeChange({ example: `find \`${bait}\` in the variable \`X\`` })]),
          made([], { verdict: 'inconclusive', unknown: bait }),
        ],
        [{ ...finding(marked('[[x]]')), message: bait, help: bait }],
        '1.2.3',
      ),
    );
    const texts = log.runs[0].results.map(({ message }: { message: { text: string } }) => message.text);
    expect(texts).toHaveLength(3);
    for (const text of texts) {
      expect(text).toContain('[all is well]\\(https://evil.example)');
      expect(text).not.toContain('](');
    }
  });

  test('has a result for each set, under the rule of its class, at the entry in the new policy', () => {
    const unknown = made([], { verdict: 'inconclusive', unknown: 'the patterns of `path`' });
    const log = JSON.parse(
      differenceSarif([made([madeChange(), shipped, gone]), unknown], [finding(marked('[[x]]'))], '1.2.3'),
    );
    const [{ tool, results }] = log.runs;
    const rules = tool.driver.rules.map(({ id }: { id: string }) => id);
    expect(rules).toEqual(['diff/new-host', 'diff/removed', 'diff/inconclusive', 'NC1020']);
    const said = results.map(
      (result: {
        ruleId: string;
        ruleIndex: number;
        level: string;
        locations: {
          physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } };
        }[];
      }) => {
        const { artifactLocation, region } = result.locations[0]!.physicalLocation;
        expect(rules[result.ruleIndex]).toBe(result.ruleId);
        return [result.ruleId, result.level, artifactLocation.uri, region.startLine];
      },
    );
    expect(said).toEqual([
      ['diff/new-host', 'error', 'agent.yaml', 2],
      // A shipped part and an entry that is gone have no line of their own in the new file.
      ['diff/new-host', 'error', 'agent.yaml', 1],
      ['diff/removed', 'note', 'agent.yaml', 1],
      ['diff/inconclusive', 'error', 'agent.yaml', 1],
      ['NC1020', 'error', 'agent.yaml', 1],
    ]);
    expect(results[1].message.text).toContain('granted by egress:web#0 at preset:npm');
  });

  test('names no place where the policy is gone', () => {
    const log = JSON.parse(differenceSarif([made([gone], { next: sideOf(null) })], [], '1.2.3'));
    expect(log.runs[0].results[0].locations).toEqual([]);
  });
});

describe('github', () => {
  test('annotates the lines of the new file, one annotation a cause', () => {
    const read = madeChange({ classes: ['new-read-method'], example: 'GET `https://b/`' });
    expect(differenceGithub([made([madeChange(), read, gone])], ALL).split('\n')).toEqual([
      '::notice file=agent.yaml,line=1,endLine=1,title=nemoclaw diff%3A both,col=1,endColumn=7::agent.yaml: this change WIDENS what the agent can do: 2 new sets of accesses, worst first; it also NARROWS it: 1 set of accesses is gone',
      '::error file=agent.yaml,line=2,endLine=2,title=widens (high)%3A new-host,col=3,endColumn=4::granted by egress:web#0 at agent.yaml:2:3' +
        '%0Ait reaches a host that it could not reach%0Aanything, inspected or not, on a.example.com:443 by /usr/bin/curl at any address, private ones too' +
        '%0Ae.g. the agent can now GET `https://a.example.com/` via `/usr/bin/curl`' +
        '%0Ait can read where it could not%0Aanything, inspected or not, on a.example.com:443 by /usr/bin/curl at any address, private ones too' +
        '%0Ae.g. the agent can now GET `https://b/`',
      expect.stringMatching(
        /^::notice file=agent\.yaml,line=1,.*title=narrows,.*no longer granted by egress:web#0 at main:agent\.yaml:2:3%0A/,
      ),
      '',
    ]);
  });

  const nth = (at: number, unusual: Parameters<typeof madeChange>[0] = {}) =>
    madeChange({
      cause: { kind: 'granted', policy: 'new', grant: grantAt({ column: at + 1, id: `egress:${at}` }) },
      ...unusual,
    });

  test('what a part brings in is one annotation, at the line that extends it', () => {
    const text = 'metadata: {}\nextends:\n  - preset: npm\n';
    const next = sideOf(text);
    const start = text.indexOf('preset');
    const extended = new Map([['preset:npm', { source: next.text!, start, end: start + 11 }]]);
    const byPart = (line: number, classes: Change['classes']) => {
      const { origin } = grantAt({ file: 'preset:npm', line });
      const trail = ['agent.yaml', 'preset:npm@read-only', 'preset:base'];
      const grant = { id: `egress:npm#${line}`, origin: new Origin(origin.span, trail), approval: null };
      return madeChange({ classes, example: `do ${line}`, cause: { kind: 'granted', policy: 'new', grant } });
    };
    const changes = [
      byPart(1, ['new-host']),
      byPart(2, ['new-host']),
      byPart(3, ['new-port']),
      byPart(4, ['new-read-method']),
      byPart(5, ['query-loosened']),
    ];
    const lines = differenceGithub([made(changes, { next: { ...next, extended } })], ALL).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(
      /^::error file=agent\.yaml,line=3,endLine=3,title=widens \(high\)%3A new-host,col=5,endColumn=16::/,
    );
    const [first, ...rest] = lines[1]!.split('::')[2]!.split('%0A');
    expect(first).toBe('5 sets of accesses new by 5 entries of preset:npm@read-only');
    expect(rest.filter((line) => line.startsWith('e.g.'))).toEqual(
      [1, 3, 4].map((line) => `e.g. the agent can now do ${line}`),
    );
    expect(rest.at(-1)).toBe('and 2 more; `nemoclaw diff` lists them all');
  });

  test('a file gets ten annotations, worst first, and one that counts the rest', () => {
    const wide = Array.from({ length: 13 }, (_, at) => nth(at));
    const text = `one: 1\n${'x'.repeat(40)}\n`;
    const output = differenceGithub([made([...wide, gone], { next: sideOf(text) })], ALL);
    const lines = output.trimEnd().split('\n');
    expect(lines).toHaveLength(1 + 10 + 1);
    expect(lines.slice(1, 11).map((line) => /granted by (\S+)/.exec(line)![1])).toEqual(
      wide.slice(0, 10).map(({ cause }) => cause.grant.id),
    );
    expect(lines[11]).toBe(
      '::notice file=agent.yaml,line=1,endLine=1,title=nemoclaw diff%3A and more,col=1,endColumn=7::' +
        'agent.yaml: and 4 more sets of accesses; `nemoclaw diff` lists them all',
    );
  });

  test('ten annotations are not more than ten', () => {
    const output = differenceGithub(
      [
        made(
          Array.from({ length: 10 }, (_, at) => nth(at)),
          { next: sideOf(`a\n${'x'.repeat(40)}\n`) },
        ),
      ],
      ALL,
    );
    expect(output.trimEnd().split('\n')).toHaveLength(11);
    expect(output).not.toContain('and more');
  });

  test.each([
    ['new-port', '::warning '],
    ['new-read-method', '::notice '],
    ['private-address', '::error '],
  ] as const)('%s is a %s', (name, expected) => {
    const [, second] = differenceGithub([made([madeChange({ classes: [name] })])], ALL).split('\n');
    expect(second!.startsWith(expected)).toBe(true);
  });

  test('what is not known is an error, and a policy that is gone has no line', () => {
    expect(differenceGithub([made([], { verdict: 'inconclusive' })], ALL)).toMatch(/^::error /);
    expect(differenceGithub([made([gone], { next: sideOf(null) })], ALL)).toMatch(/^::notice title=/);
  });
});
