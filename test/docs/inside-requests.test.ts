import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { worldOf } from '../cli/world.ts';

const page = join(import.meta.dirname, '../../docs/how-to/inside-requests.md');
const text = readFileSync(page, 'utf8');
const EXAMPLE = /```console\n\$ nemoclaw (.*)\n([\s\S]*?)```/g;

/** `npm run goldens` writes the output into the page instead of comparing. */
const RECORDING = process.env.RECORD_GOLDENS === '1';

/** What `test` says last where the answer could be another in other folders. */
const ASSUMED =
  'folders as on linux-x86_64: workdir /sandbox, home /home/sandbox; --workdir and --home name others\n';

const wordsOf = (command: string) =>
  (command.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'(.*)'$/, '$1'));

test('the examples print what the page says', async () => {
  const blueprint = /```yaml\n([\s\S]*?)```/.exec(text)![1]!;
  const examples = [...text.matchAll(EXAMPLE)];
  expect(examples).toHaveLength(5);
  let recorded = text;
  const answers: number[] = [];
  for (const [whole, command, output] of examples) {
    const world = worldOf({ 'agent.yaml': blueprint });
    answers.push(await main(wordsOf(command!), world.io));
    expect(world.printed.stderr).toBe(/^test /.test(command!) ? ASSUMED : '');
    const block = `\`\`\`console\n$ nemoclaw ${command}\n${world.printed.stdout}\`\`\``;
    if (RECORDING) recorded = recorded.replace(whole, () => block);
    else expect(output).toBe(world.printed.stdout);
  }
  expect(answers).toEqual([0, 3, 3, 3, 0]);
  if (RECORDING) writeFileSync(page, recorded);
});
