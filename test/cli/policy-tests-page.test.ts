import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../cli/program.ts';
import { parseSource } from '../../compiler/frontend/parse-source.ts';
import { lowerAccess } from '../../compiler/ir/lower/access.ts';
import { loadTests } from '../../compiler/load-tests.ts';
import { blueprint, testBindings, describe as wordsOf } from '../support/policy.ts';
import { readerOver } from '../support/reader.ts';
import { projectFolder } from './nemoclaw.ts';
import { worldOf } from './world.ts';

const page = readFileSync(join(projectFolder, 'docs/how-to/policy-tests.md'), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text!);
const bytes = (text: string) => new TextEncoder().encode(text);

describe('the page about policy tests', () => {
  const lines = blocks('sh').flatMap((text) => text.trim().split('\n'));

  test.each(lines)('shows a command line that is understood: %s', (line) => {
    const [, ...argv] = line.replace(/ +#.*| >.*/, '').split(' ');
    expect(parseArguments(argv, worldOf({}).io).kind).toBe('chosen');
  });

  test('shows tests that can be tried', () => {
    const [own, apart] = blocks('yaml');
    const text = blueprint(`filesystem_policy: { include_workdir: true }\n${own}`);
    const { subjects, diagnostics } = loadTests('agent.yaml', bytes(text), readerOver({}), testBindings);
    expect(diagnostics.map(wordsOf)).toEqual([]);
    expect(subjects[0]!.tests).toHaveLength(3);
    for (const test of subjects[0]!.tests) {
      expect(test.kind === 'access' && lowerAccess(test.access, 0).diagnostics).toEqual([]);
    }
    const file = parseSource('all_test.yaml', bytes(apart!));
    expect([file.kind, file.diagnostics.map(wordsOf)]).toEqual(['policy-test', []]);
  });
});
