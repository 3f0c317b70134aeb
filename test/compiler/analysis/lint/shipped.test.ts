import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findingsIn } from '../../../support/linted.ts';

const root = join(import.meta.dirname, '../../../..');

/** What is dubious in what ships, and known: the services themselves are such, or the preset lists names on purpose. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  'blueprints/presets/jira.yaml': ['22: lint/tenant-wildcard', '65: lint/tenant-wildcard'],
  'blueprints/presets/slack.yaml': ['87: lint/strangers-collect'],
  'blueprints/presets/telegram.yaml': ['19: lint/strangers-collect', '50: lint/strangers-collect'],
};

const files = ['blueprints', 'examples']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter(
    (file) => file.endsWith('.yaml') && !/\.bundle|node_modules|blueprints\/(guardrails|controls)/.test(file),
  );

test('what ships is looked at', () => {
  expect(files.length).toBeGreaterThan(18);
  expect(Object.keys(KNOWN).filter((file) => !files.includes(file))).toEqual([]);
});

test.each(files)('warnings about %s are exactly the known ones', (file) => {
  const found = findingsIn(readFileSync(join(root, file), 'utf8'), { name: file });
  const warnings = found
    .map(({ diagnostic }) => diagnostic)
    .filter(({ severity }) => severity !== 'note')
    .map(({ name, primary }) => `${primary!.source.positionAt(primary!.start).line}: ${name}`);
  expect(warnings.sort()).toEqual(KNOWN[file] ?? []);
});

const BELOW_WRITABLE = 'lint/read-only-below-writable';

test.each([
  // Both take parts of the writable folder back on purpose.
  ['blueprints/coding-agent.yaml', Array(5).fill(BELOW_WRITABLE)],
  ['examples/monorepo/blueprint.yaml', [BELOW_WRITABLE]],
  ['blueprints/tiers/balanced.yaml', []],
  ['examples/node-agent/blueprint.yaml', []],
  ['examples/python-data-agent/blueprint.yaml', []],
  ['examples/shell-agent/blueprint.yaml', []],
])('%s is silent but for what it means to do', (file, expected) => {
  const found = findingsIn(readFileSync(join(root, file), 'utf8'), { name: file });
  expect(found.map(({ diagnostic }) => diagnostic.name)).toEqual(expected);
});
