import { expect, test } from 'vitest';
import { fixText, type Surroundings } from '../../cli/fix-findings.ts';
import { type Finding, finding, removal } from '../../compiler/analysis/lint/finding.ts';
import type { LintRule } from '../../compiler/analysis/lint/lint.ts';
import { lintFullAccess } from '../../compiler/diagnostics/catalog/lint/wildcards.ts';
import { owned, TODAY } from '../support/linted.ts';
import { testBindings } from '../support/policy.ts';
import { readerOver } from '../support/reader.ts';

const TEXT = owned('filesystem_policy:\n  include_workdir: true\n  read_only: [/usr, /usr/share, /opt]\n');

/** A rule that finds each of the paths and says that it could go. */
function ruleFor(...paths: string[]): LintRule {
  return ({ resolved }) =>
    resolved.paths.flatMap(({ item: { path } }): Finding[] =>
      paths.includes(path.value)
        ? [finding(lintFullAccess, path.span, { host: path.value }, { fix: removal(path.span) })]
        : [],
    );
}

function fixedBy(...rules: LintRule[]): { text: string; fixed: string[] } {
  const around: Surroundings = {
    reader: readerOver({}),
    bindings: testBindings,
    now: TODAY,
    tree: null,
    companionsOf: () => () => [],
    rules,
  };
  const { after, fixed } = fixText('agent.yaml', TEXT, around);
  return {
    text: after.text,
    fixed: fixed.map(({ diagnostic: { primary } }) =>
      primary!.source.text.slice(primary!.start, primary!.end),
    ),
  };
}

test('a fix that would change the meaning although it says it does not is not made', () => {
  expect(fixedBy(ruleFor('/opt'))).toEqual({ text: TEXT, fixed: [] });
});

test('and spoils none of the others', () => {
  const { text, fixed } = fixedBy(ruleFor('/opt', '/usr/share'));
  expect(fixed).toEqual(['/usr/share']);
  expect(text).toBe(TEXT.replace(', /usr/share', ''));
});

test('a fix that says what it changes is held to that', () => {
  const rule =
    (gone: string): LintRule =>
    ({ resolved }) =>
      resolved.paths.flatMap(({ item: { path } }) =>
        path.value === '/opt'
          ? [
              finding(
                lintFullAccess,
                path.span,
                { host: path.value },
                {
                  fix: {
                    ...removal(path.span),
                    intended: (policy) => ({
                      ...policy,
                      filesystem: {
                        ...policy.filesystem,
                        entries: policy.filesystem.entries.filter((entry) => entry.path !== gone),
                      },
                    }),
                  },
                },
              ),
            ]
          : [],
      );
  expect(fixedBy(rule('/usr'))).toEqual({ text: TEXT, fixed: [] });
  expect(fixedBy(rule('/opt')).text).toBe(TEXT.replace(', /opt', ''));
});

test('a fix after which the file is no longer valid is not made', () => {
  const rule: LintRule = ({ resolved }) => [
    finding(
      lintFullAccess,
      resolved.paths[0]!.item.path.span,
      { host: '' },
      {
        fix: {
          title: '',
          intended: null,
          changes: [{ kind: 'replace', span: resolved.paths[0]!.item.path.span, value: 'usr' }],
        },
      },
    ),
  ];
  expect(fixedBy(rule)).toEqual({ text: TEXT, fixed: [] });
});
