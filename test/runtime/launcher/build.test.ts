import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ARCHITECTURES } from '../../../compiler/backends/target.ts';
import { hostArchitecture, launcherPath } from '../../../runtime/launcher/locate.ts';
import { hostNeeds, program } from '../../support/host.ts';
import { openFolder, PROJECT, removeFolder } from './launching.ts';

const SOURCE = 'runtime/launcher/launcher.c';
const ONLY = ['--program', 'launcher'];
const folders: string[] = [];
const newFolder = () => {
  const folder = openFolder();
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of folders.splice(0)) removeFolder(folder);
});

function build(
  project: string,
  argv: readonly string[],
  env: Record<string, string | undefined> = process.env,
) {
  return spawnSync(process.execPath, [join(project, 'scripts/build-launcher.js'), ...argv], {
    cwd: '/',
    encoding: 'utf8',
    env,
  });
}

/** The few files that the package needs to build its launcher. */
function copyOfProject(): string {
  const copy = newFolder();
  for (const path of [SOURCE, 'scripts/build-launcher.js', 'package.json']) {
    mkdirSync(join(copy, path, '..'), { recursive: true });
    cpSync(join(PROJECT, path), join(copy, path));
  }
  return copy;
}

describe('the build of the launcher', () => {
  it.for(ARCHITECTURES)(
    'is small, has no warning and is the same wherever it lies: %s',
    (architecture, context) => {
      const debian = `gcc-${architecture.replace('_', '-')}-linux-gnu`;
      const isNative = architecture === hostArchitecture();
      hostNeeds(context, isNative ? program('cc', 'gcc') : program(`${architecture}-linux-gnu-gcc`, debian));
      const out = newFolder();
      expect(build(PROJECT, ['--arch', architecture, '--out', out, ...ONLY])).toMatchObject({
        status: 0,
        stderr: '',
      });
      const path = join(out, `nemoclaw-launcher-${architecture}`);
      expect(statSync(path).size).toBeLessThanOrEqual(16 * 1024);
      const copy = copyOfProject();
      expect(build(copy, ['--arch', architecture, ...ONLY]).status).toBe(0);
      const place = launcherPath(copy, architecture);
      expect(place.isThere).toBe(true);
      expect(readFileSync(place.path).equals(readFileSync(path))).toBe(true);
      expect(readFileSync(path, 'latin1')).not.toContain(PROJECT);
    },
  );

  it('has a source of at most 450 lines, none too long to read', () => {
    const lines = readFileSync(join(PROJECT, SOURCE), 'utf8').trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(450);
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
  });

  it('says what to do without a compiler', () => {
    const { status, stdout, stderr } = build(PROJECT, ['--out', newFolder()], { PATH: '/nowhere' });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('no C compiler for');
    expect(stderr).toContain('apt-get install gcc');
  });

  it('says what is wrong with its arguments, and leaves nothing behind when the source does not compile', () => {
    expect(build(PROJECT, ['--arch', 'riscv64']).stderr).toContain('the launcher runs on x86_64 and aarch64');
    expect(build(PROJECT, ['--nonsense', '1']).stderr).toContain('unknown argument --nonsense');
    expect(build(PROJECT, ['--program', 'shell']).stderr).toContain('name one of these: launcher');
    const folder = newFolder();
    const failing = build(PROJECT, ['--out', folder, ...ONLY], { ...process.env, CC: 'false' });
    expect(failing).toMatchObject({ status: 1 });
    expect(launcherPath(folder, hostArchitecture()!).isThere).toBe(false);
  });
});
