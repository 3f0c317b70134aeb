import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../../../cli/main.ts';
import { findEntry } from '../../../../compiler/diagnostics/catalog.ts';
import { worldOf } from '../../../cli/world.ts';

const folder = join(import.meta.dirname, '../../../../docs/how-to');
const page = readFileSync(join(folder, 'import.md'), 'utf8');

describe('the pages about importing and exporting', () => {
  it.each(['import.md', 'to-openshell.md'])('%s names findings that exist, and pages that do', (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const codes = [...new Set(text.match(/NC\d{4}/g))];
    expect(codes.length).toBeGreaterThan(9);
    expect(codes.filter((code) => findEntry(code) === null)).toEqual([]);
    for (const [, link] of text.matchAll(/\]\(([a-z-]+\.md)\)/g)) expect(readdirSync(folder)).toContain(link);
  });

  it('show what the worked example prints', async () => {
    const settings = /```json\n([\s\S]*?)```/.exec(page)![1]!;
    const wanted = /```yaml\n([\s\S]*?)```/.exec(page)![1]!;
    const world = worldOf({ 'settings.json': settings });
    expect(await main(['import', 'settings.json', '--name', 'support-agent'], world.io)).toBe(0);
    expect(world.printed.stdout).toBe(wanted);
    for (const code of ['NC1912', 'NC1915', 'NC1913', 'NC1910']) {
      expect(world.printed.stderr).toContain(`[${code}]`);
    }
  });
});
