import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { buildFileTree } from '../../../compiler/backends/file-tree.ts';
import type { ViewMount } from '../../../compiler/backends/parts.ts';
import type { PathEntry } from '../../../compiler/ir/filesystem.ts';
import { hostNeeds, userNamespaces } from '../../support/host.ts';
import { denied, policyOf, readNoExecute, readOnly, readWrite, scratch } from '../../support/policies.ts';

/** One line a mount: what it is, its path, `rwx` as far as it goes, `?` when optional. */
function linesOf(...entries: PathEntry[]): string[] {
  return buildFileTree(policyOf({ entries }).filesystem, 4096).mounts.map(line);
}

function line(mount: ViewMount): string {
  switch (mount.kind) {
    case 'bind': {
      const flags = `r${mount.writable ? 'w' : ''}${mount.executable ? 'x' : ''}${mount.optional ? '?' : ''}`;
      return `bind ${mount.path} ${flags} follow ${mount.path.slice(0, mount.followTo)}`;
    }
    case 'scratch':
      return `scratch ${mount.path} ${mount.sizeBytes}${mount.executable ? ' x' : ''}`;
    case 'hidden':
      return `hidden ${mount.path}${mount.optional ? '?' : ''}`;
    case 'proc':
      return `proc ${mount.path}`;
  }
}

describe('the mounts of a file tree', () => {
  it('shows granted paths and nothing else', () => {
    expect(linesOf(readOnly('/usr'), readNoExecute('/etc'), scratch('/tmp'), readOnly('/proc'))).toEqual([
      'bind /etc r follow /etc',
      'proc /proc',
      'scratch /tmp 4096 x',
      'bind /usr rx follow /usr',
    ]);
  });

  it('puts a read-only folder over a writable one and follows no link that the agent may have planted', () => {
    expect(linesOf(readWrite('/sandbox'), readOnly('/sandbox/.openclaw'))).toEqual([
      'bind /sandbox rwx follow /sandbox',
      'bind /sandbox/.openclaw rx follow /sandbox',
    ]);
  });

  it('mounts the folders between onto themselves, so that none can be moved away', () => {
    expect(linesOf(readWrite('/w'), denied('/w/a/b/.git', { optional: true }))).toEqual([
      'bind /w rwx follow /w',
      'bind /w/a rwx? follow /w',
      'bind /w/a/b rwx? follow /w',
      'hidden /w/a/b/.git?',
    ]);
    expect(linesOf(scratch('/tmp'), readOnly('/tmp/a/b'))).toEqual([
      'scratch /tmp 4096 x',
      'scratch /tmp/a 4096 x',
      'bind /tmp/a/b rx follow /tmp/a/b',
    ]);
  });

  it('needs no such folders below a read-only mount', () => {
    expect(linesOf(readOnly('/r'), readWrite('/r/a/b'))).toEqual([
      'bind /r rx follow /r',
      'bind /r/a/b rwx follow /r/a/b',
    ]);
  });

  it('gives no mount to what the mount around it shows already', () => {
    expect(linesOf(readWrite('/w'), readWrite('/w/a'), readOnly('/w/a/b'), readOnly('/w/a/b/c'))).toEqual([
      'bind /w rwx follow /w',
      'bind /w/a rwx? follow /w',
      'bind /w/a/b rx follow /w',
    ]);
  });

  it('takes execution away below an executable folder', () => {
    expect(linesOf(readOnly('/w'), readNoExecute('/w/data'))).toEqual([
      'bind /w rx follow /w',
      'bind /w/data r follow /w/data',
    ]);
  });

  it('opens a writable folder in a read-only one in a writable one', () => {
    expect(linesOf(readWrite('/w'), readOnly('/w/ro'), readWrite('/w/ro/out'))).toEqual([
      'bind /w rwx follow /w',
      'bind /w/ro rx follow /w',
      'bind /w/ro/out rwx follow /w',
    ]);
  });

  it('takes the outermost writable folder as the limit for links', () => {
    expect(
      linesOf(readWrite('/w'), readOnly('/w/ro'), readWrite('/w/ro/out'), readOnly('/w/ro/out/in')).at(-1),
    ).toBe('bind /w/ro/out/in rx follow /w');
  });

  it('names every granted device, because folders are mounted without devices', () => {
    expect(linesOf(readWrite('/dev'), readWrite('/dev/null'))).toEqual([
      'bind /dev rwx follow /dev',
      'bind /dev/null rwx follow /dev',
    ]);
  });

  it('hides only where something is shown, and shows nothing below what is hidden', () => {
    expect(linesOf(denied('/secret'))).toEqual([]);
    expect(linesOf(readOnly('/w'), denied('/w/s'), readOnly('/w/s/public'), denied('/w/s/x'))).toEqual([
      'bind /w rx follow /w',
      'hidden /w/s',
    ]);
  });

  it('keeps siblings with a common beginning apart', () => {
    expect(linesOf(readWrite('/w'), readOnly('/w-data'), readOnly('/w/a'), readOnly('/w/a-b'))).toEqual([
      'bind /w rwx follow /w',
      'bind /w-data rx follow /w-data',
      'bind /w/a rx follow /w',
      'bind /w/a-b rx follow /w',
    ]);
  });
});

/** Mounts each argument pair `FLAGS PATH` onto itself, then tries to move and to remove the folder given first. */
const MOUNT_AND_MOVE = `
  folder=$1; shift
  while [ $# -gt 0 ]; do
    mount --bind "$2" "$2"
    [ "$1" = rw ] || mount -o remount,bind,ro "$2"
    shift 2
  done
  mv "$folder" "$folder-away" 2>&1; rm -r "$folder" 2>&1; mkdir -p "$folder/b"; touch "$folder/b/new" 2>&1; true
`;

describe('the folders that are mounted onto themselves', () => {
  const tryToMove = async (isKept: (mount: ViewMount) => boolean) => {
    const root = await mkdtemp(join(tmpdir(), 'file-tree-'));
    try {
      await mkdir(join(root, 'a/b'), { recursive: true });
      const { filesystem } = policyOf({ entries: [readWrite(root), readOnly(`${root}/a/b`)] });
      const binds = buildFileTree(filesystem, null).mounts.filter(isKept);
      const argv = binds.flatMap((mount) =>
        mount.kind === 'bind' ? [mount.writable ? 'rw' : 'ro', mount.path] : [],
      );
      const script = ['sh', '-c', MOUNT_AND_MOVE, 'sh', join(root, 'a'), ...argv];
      await execa('unshare', ['--user', '--map-root-user', '--mount', '--', ...script]);
      return { moved: existsSync(join(root, 'a-away')), written: existsSync(join(root, 'a/b/new')) };
    } finally {
      await rm(root, { recursive: true });
    }
  };

  it('cannot be moved away, and the protected path stays protected', async (context) => {
    hostNeeds(context, userNamespaces);
    expect(await tryToMove(() => true)).toEqual({ moved: false, written: false });
  });

  it('could be moved away otherwise, and the protected path made anew', async (context) => {
    hostNeeds(context, userNamespaces);
    expect(await tryToMove(({ path }) => !path.endsWith('/a'))).toEqual({ moved: true, written: true });
  });
});
