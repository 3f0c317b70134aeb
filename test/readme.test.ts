import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { NAMED_TARGETS } from '../compiler/backends/named-targets.ts';
import { buildBundle } from '../compiler/bundle/bundle.ts';
import { load, testBindings } from './support/policy.ts';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

test("the README's blueprint compiles, with every facet enforced as it is written", () => {
  const [, text] = /```yaml\n([\s\S]*?)```/.exec(readme) ?? [];
  const { policy, inputs, diagnostics } = load(text ?? '');
  expect(diagnostics.filter(({ severity }) => severity !== 'note')).toEqual([]);
  const built = buildBundle(policy!, NAMED_TARGETS['linux-x86_64']!, testBindings, inputs);
  expect(Object.values(built.coverage).map(({ kind }) => kind)).toEqual(new Array(6).fill('exact'));
  expect(built.bundle).not.toBeNull();
});

const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`),
];

test.each(pages)('every link of %s leads to something', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const prose = text.replace(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, target]) => target!);
  const missing = targets.filter((target) => !existsSync(join(root, dirname(page), target)));
  expect(missing).toEqual([]);
});
