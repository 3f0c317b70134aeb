import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { temporaryFolder } from '../cli/nemoclaw.ts';
import { worldOf } from '../cli/world.ts';

/** `npm run goldens` writes what is expected instead of comparing; the difference is then reviewed like code. */
const RECORDING = process.env.RECORD_GOLDENS === '1';
const EXPECTED = ['expected.yaml', 'expected.txt'];

const cases = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

/** Files written by us in the formats that the tools publish. */
describe.each(cases)('%s', (name) => {
  const folder = join(import.meta.dirname, name);
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  const files = readdirSync(folder);
  const source = files.find((file) => !EXPECTED.includes(file))!;

  test('is imported to exactly the expected blueprint and report', async () => {
    const world = worldOf({ [source]: read(source) });
    expect(await main(['import', source, '-o', 'json'], world.io)).toBe(0);
    const { blueprint, changes } = JSON.parse(world.printed.stdout);
    const lines = changes.map(
      (change: Record<string, string>) =>
        `${change.line}:${change.column} ${change.code} ${change.message}\n`,
    );
    const report = lines.join('');
    if (RECORDING) {
      writeFileSync(join(folder, 'expected.yaml'), blueprint);
      writeFileSync(join(folder, 'expected.txt'), report);
    }
    expect(files.filter((file) => file !== source).sort()).toEqual([...EXPECTED].sort());
    expect(blueprint).toBe(read('expected.yaml'));
    expect(report).toBe(read('expected.txt'));
  });

  test('compiles for the default target, which enforces it', async () => {
    const world = worldOf({ 'agent.yaml': read('expected.yaml') });
    const out = join(temporaryFolder(), 'agent.bundle');
    const exitCode = await main(['compile', 'agent.yaml', '--out', out, '-o', 'json'], world.io);
    const { compiled, diagnostics } = JSON.parse(world.printed.stdout);
    const problems = diagnostics.filter(({ severity }: { severity: string }) => severity === 'error');
    expect({ exitCode, compiled, problems }).toEqual({ exitCode: 0, compiled: true, problems: [] });
  });
});
