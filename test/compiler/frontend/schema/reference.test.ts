import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { publishedSchema } from '../../../../compiler/frontend/schema/published.ts';

const root = join(import.meta.dirname, '../../../..');
const page = readFileSync(join(root, 'docs/reference/blueprint.md'), 'utf8');

it('the reference page is current', async () => {
  const { referencePage } = (await import(join(root, 'scripts/generate-reference.js'))) as {
    referencePage: () => string;
  };
  expect(page === referencePage(), 'run node scripts/generate-reference.js').toBe(true);
});

it('the reference page explains every key', () => {
  const keys = new Set<string>();
  const collect = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return;
    for (const [keyword, value] of Object.entries(schema)) {
      if (keyword === 'properties') for (const key of Object.keys(value as object)) keys.add(key);
      collect(value);
    }
  };
  collect(publishedSchema('blueprint'));
  collect(publishedSchema('preset'));
  // `limit` is shown in what each limit takes.
  const missing = [...keys].filter((key) => !new RegExp(`\\| \`(\\S+\\.)?${key}\` \\|`).test(page));
  expect(missing).toEqual([]);
});
