import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileReader } from '../../cli/file-reader.ts';
import { PACKAGE_FOLDER } from '../../cli/package-folder.ts';
import { renderText } from '../../compiler/diagnostics/render/text.ts';
import { checkSource } from '../../compiler/load-policy.ts';
import { workFolder } from '../support/kernel.ts';
import { blueprint, testBindings } from '../support/policy.ts';

const work = workFolder();
afterAll(() => rmSync(work, { recursive: true, force: true }));

const SECRET = 'a line that nobody outside of the host may see';
const repository = join(work, 'repository');
const folder = join(repository, 'agents');

beforeAll(() => {
  mkdirSync(join(repository, '.git'), { recursive: true });
  mkdirSync(folder);
  writeFileSync(join(work, 'secret.txt'), `${SECRET}\n`);
  symlinkSync(join(work, 'secret.txt'), join(folder, 'link.yaml'));
  symlinkSync(work, join(folder, 'out'));
  writeFileSync(join(repository, 'base.yaml'), blueprint('filesystem_policy: { include_workdir: true }\n'));
});

/** What `validate` finds about a blueprint in the repository that extends the file. */
function findings(extended: string): string {
  const reader = fileReader(join(PACKAGE_FOLDER, 'blueprints'));
  const text = blueprint(`extends: [{ file: ${JSON.stringify(extended)} }]\n`);
  return renderText(
    checkSource(join(folder, 'agent.yaml'), new TextEncoder().encode(text), reader, testBindings),
  );
}

test.each([
  ['by dots', () => '../../secret.txt'],
  ['by an absolute path', () => join(work, 'secret.txt')],
  ['by a link to the file', () => 'link.yaml'],
  ['by a link to its folder', () => 'out/secret.txt'],
  ['in the process list', () => '/proc/self/environ'],
])('a blueprint cannot show a file outside of its project, named %s', (_, name) => {
  const shown = findings(name());
  expect(shown).toContain('[NC1351]');
  expect(shown).toContain('it lies outside of');
  expect(shown).not.toContain(SECRET);
  expect(shown).not.toContain('PATH=');
});

test('but it can extend a file of its own repository', () => {
  expect(findings('../base.yaml')).toBe('');
});
