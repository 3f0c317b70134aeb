import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { presentable } from '../../../compiler/diagnostics/collect.ts';
import { renderGithub } from '../../../compiler/diagnostics/render/github.ts';
import { jsonDiagnostics, jsonText } from '../../../compiler/diagnostics/render/json.ts';
import { renderSarif } from '../../../compiler/diagnostics/render/sarif.ts';
import { SourceFile } from '../../../compiler/source/source-file.ts';
import { hostNeeds, publishedFiles } from '../../support/host.ts';
import { readSharedData } from '../../support/shared-data.ts';
import { finding, marked } from './finding.ts';

const everything = () => {
  const span = marked('a: 1\nb: 2\n[[a]]: 3\n', 'dir with space/agent.yaml');
  return [
    finding(null, { severity: 'warning', message: 'no text' }),
    finding(span, {
      help: 'keep one',
      related: [{ span: { ...span, start: 0, end: 1 }, label: 'first here' }],
    }),
    finding({ ...span, end: span.start + 2 }, { severity: 'note', code: 'NC1001', name: 'yaml/too-large' }),
    finding(marked('[[x]]', '/abs/olute.yaml')),
    finding({ source: new SourceFile('gone.yaml', ''), start: 0, end: 0 }),
  ];
};

describe('json', () => {
  test('has places with lines from 1 and offsets from 0, and counts', () => {
    const { diagnostics, counts } = jsonDiagnostics(everything());
    expect(counts).toEqual({ errors: 3, warnings: 1, notes: 1 });
    expect(diagnostics[0]!.place).toBeNull();
    expect(diagnostics[1]).toEqual({
      code: 'NC1020',
      name: 'yaml/duplicate-key',
      severity: 'error',
      message: 'the key `a` appears twice in the same mapping',
      help: 'keep one',
      place: {
        file: 'dir with space/agent.yaml',
        start: { line: 3, column: 1, offset: 10 },
        end: { line: 3, column: 2, offset: 11 },
      },
      related: [
        {
          label: 'first here',
          place: {
            file: 'dir with space/agent.yaml',
            start: { line: 1, column: 1, offset: 0 },
            end: { line: 1, column: 2, offset: 1 },
          },
        },
      ],
    });
  });

  test('holds the same text, but nothing in it acts on a terminal', () => {
    const hostile = '\u001b[2J\u202e\u2028\ud800\u{e0041}é\n';
    const text = jsonText({ hostile });
    expect(text).toMatch(/^[ -~é\n]*$/);
    expect(JSON.parse(text)).toEqual({ hostile });
  });
});

describe('github', () => {
  test('names the place and the kind', () => {
    const lines = renderGithub(everything()).trimEnd().split('\n');
    expect(lines[0]).toBe('::warning title=NC1020 yaml/duplicate-key::no text');
    expect(lines[1]).toBe(
      '::error file=dir with space/agent.yaml,line=3,endLine=3,title=NC1020 yaml/duplicate-key,col=1,endColumn=2' +
        '::the key `a` appears twice in the same mapping%0Adir with space/agent.yaml:1:1: first here%0Ahelp: keep one',
    );
    expect(lines[2]).toMatch(/^::notice /);
  });

  test('gives no columns for a span over several lines', () => {
    const text = renderGithub([finding(marked('a: [[b\nc]]: d'))]);
    expect(text).toContain('line=1,endLine=2,');
    expect(text).not.toContain('col=');
  });

  test('an untrusted name or text ends no command and starts none', () => {
    const span = marked('a: [[b]]', 'x,y:z%0A::error::\n::set-output name=a::b.yaml');
    const text = renderGithub([finding(span, { message: 'bad\r\n::error::forged %25' })]);
    expect(text.trimEnd().split(/[\r\n]/)).toHaveLength(1);
    expect(text).toMatch(
      /^::error file=x%2Cy%3Az%250A%3A%3Aerror%3A%3A\\n%3A%3Aset-output name=a%3A%3Ab\.yaml,line=1,/,
    );
    expect(text).toContain('::bad\\r\\n::error::forged %2525');
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
    const log = JSON.parse(renderSarif(everything(), '1.2.3'));
    validate(log);
    expect(validate.errors).toBeNull();
    log.runs[0].results[0].level = 'fatal';
    expect(validate(log)).toBe(false);
  });

  test('lists the rules that occur, and points into files by URI', () => {
    const [run] = JSON.parse(renderSarif(everything(), '1.2.3')).runs;
    expect(run.tool.driver.rules.map((rule: { id: string }) => rule.id)).toEqual(['NC1001', 'NC1020']);
    expect(run.results.map((result: { ruleIndex: number }) => result.ruleIndex)).toEqual([1, 1, 0, 1, 1]);
    const uris = run.results.map(
      (result: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
        result.locations[0]?.physicalLocation.artifactLocation.uri,
    );
    expect(uris).toEqual([
      undefined,
      'dir%20with%20space/agent.yaml',
      'dir%20with%20space/agent.yaml',
      'file:///abs/olute.yaml',
      'gone.yaml',
    ]);
    expect(run.results[1].locations[0].physicalLocation.region).toEqual({
      startLine: 3,
      startColumn: 1,
      endLine: 3,
      endColumn: 2,
    });
  });
});

describe('what renderers are given', () => {
  test('is ordered by file as it first appears, then by place, each finding once', () => {
    const first = marked('aa [[b]]', 'z.yaml');
    const other = marked('[[c]]', 'a.yaml');
    const findings = [finding(first), finding(other), finding({ ...first, start: 0, end: 1 }), finding(null)];
    const places = presentable([...findings, finding({ ...first })]).map(
      ({ primary }) => primary && `${primary.source.path}:${primary.start}`,
    );
    expect(places).toEqual([null, 'z.yaml:0', 'z.yaml:3', 'a.yaml:0']);
  });
});
