import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { ASSUMED } from '../cli/nemoclaw.ts';
import { worldOf } from '../cli/world.ts';

const page = join(import.meta.dirname, '../../docs/how-to/review-a-change.md');
const text = readFileSync(page, 'utf8');
const EXAMPLE = /```console\n\$ nemoclaw (.*)\n([\s\S]*?)```/;

/** `npm run goldens` writes the output into the page instead of comparing. */
const RECORDING = process.env.RECORD_GOLDENS === '1';

test('the worked example prints what the page says', async () => {
  const [old, next] = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, blueprint]) => blueprint!);
  const [, command, output] = EXAMPLE.exec(text)!;
  const world = worldOf({ 'main.yaml': old!, 'agent.yaml': next! });
  expect(await main(command!.split(' '), world.io)).toBe(0);
  expect(world.printed.stderr).toBe(ASSUMED);
  if (RECORDING) {
    const block = `\`\`\`console\n$ nemoclaw ${command}\n${world.printed.stdout}\`\`\``;
    writeFileSync(
      page,
      text.replace(EXAMPLE, () => block),
    );
  } else expect(output).toBe(world.printed.stdout);
});

test('the page names every verdict and option that it speaks of', () => {
  for (const word of ['equal', 'narrows', 'widens', 'both', 'inconclusive'])
    expect(text).toContain(`| \`${word}\` |`);
});
