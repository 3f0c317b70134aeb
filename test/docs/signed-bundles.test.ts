import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newProject } from '../cli/signing/project.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/how-to/signed-bundles.md'), 'utf8');

/** Without what is another with each commit, key and moment. */
function masked(text: string): string {
  return text
    .replaceAll(/sha256:[0-9a-f]{64}/g, 'DIGEST')
    .replaceAll(/\b[0-9a-f]{40}\b/g, 'COMMIT')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');
}

test('the page shows what signing and verifying print', { timeout: 60_000 }, async () => {
  const project = await newProject();
  onTestFinished(() => rmSync(project.folder, { recursive: true, force: true }));
  const asOnThePage = (text: string) =>
    masked(text)
      .replaceAll(`${project.folder}/agents/`, '')
      .replaceAll('agents/agent.yaml', 'agent.yaml')
      .replaceAll(/\bgood\b/g, 'coding-agent');
  const signed = await project.nemoclaw(['sign', project.bundle, '--key', project.key]);
  const verified = await project.nemoclaw(['verify-bundle', project.bundle, '--key', project.publicKey]);
  expect([signed.exitCode, verified.exitCode]).toEqual([0, 0]);
  expect(masked(page)).toContain(`\`\`\`\n${asOnThePage(signed.stdout)}\`\`\`\n`);
  expect(masked(page)).toContain(`\`\`\`\n${asOnThePage(verified.stdout)}\`\`\`\n`);
});

test('the type of the payload has as many bytes as the page says', () => {
  expect(page).toContain(`DSSEv1 ${'application/vnd.in-toto+json'.length} application/vnd.in-toto+json`);
});
