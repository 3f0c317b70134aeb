import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { projectFolder, temporaryFolder } from './nemoclaw.ts';

/** A copy of what is installed, to break. */
function copyOfPackage(...parts: string[]): string {
  const folder = temporaryFolder();
  for (const part of ['bin', ...parts]) {
    cpSync(join(projectFolder, part), join(folder, part), { recursive: true });
  }
  return folder;
}

const start = (folder: string, ...argv: string[]) =>
  execa(process.execPath, [join(folder, 'bin/nemoclaw.js'), ...argv], { reject: false });

test('says what to do when it is not built', async () => {
  const { exitCode, stdout, stderr } = await start(copyOfPackage(), 'version');
  expect(exitCode).toBe(70);
  expect(stdout).toBe('');
  expect(stderr).toContain('npm run build');
});

test.each(['main.cjs.cache', 'program.cjs.cache', 'commands/validate.cjs.cache'])(
  'does the same without %s, or with a part of it',
  async (cache) => {
    const folder = copyOfPackage('dist', 'blueprints', 'schemas');
    const file = join(folder, 'dist', cache);
    expect(existsSync(file)).toBe(true);
    const argv = ['validate', join(folder, 'blueprints'), '-o', 'json'];
    const whole = await start(folder, ...argv);
    expect(whole.exitCode).toBe(0);
    truncateSync(file, 1000);
    expect((await start(folder, ...argv)).stdout).toBe(whole.stdout);
    truncateSync(file, 0);
    expect((await start(folder, ...argv)).stdout).toBe(whole.stdout);
  },
);

test('works behind a link, as npm installs it', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'bin'));
  symlinkSync(join(projectFolder, 'bin/nemoclaw.js'), join(folder, 'bin/nemoclaw.js'));
  expect((await start(folder, '--version')).exitCode).toBe(0);
});

test('an end without an answer is no yes', async () => {
  const folder = copyOfPackage('dist');
  const endless = '(function(exports){exports.main=()=>new Promise(()=>{})})';
  writeFileSync(join(folder, 'dist/main.cjs'), endless);
  rmSync(join(folder, 'dist/main.cjs.cache'));
  expect((await start(folder, 'version')).exitCode).toBe(70);
});

test('the bundles are ASCII, as their loader reads them', () => {
  const commands = readdirSync(join(projectFolder, 'dist/commands')).filter((name) => name.endsWith('.cjs'));
  expect(commands.length).toBeGreaterThan(8);
  for (const name of [
    'main.cjs',
    'program.cjs',
    'check-for-target.cjs',
    ...commands.map((command) => `commands/${command}`),
  ]) {
    expect(
      readFileSync(join(projectFolder, 'dist', name)).every((byte) => byte < 0x80),
      name,
    ).toBe(true);
  }
});
