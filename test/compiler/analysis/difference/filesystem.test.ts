import { describe, expect, test } from 'vitest';
import { filesystemChanges } from '../../../../compiler/analysis/difference/filesystem.ts';
import type { PathEntry } from '../../../../compiler/ir/filesystem.ts';
import { changeLine } from '../../../support/changes.ts';
import {
  denied,
  type PolicyParts,
  policyOf,
  readNoExecute,
  readOnly,
  readWrite,
  scratch,
} from '../../../support/policies.ts';

function lines(
  old: readonly PathEntry[],
  next: readonly PathEntry[],
  more: [PolicyParts, PolicyParts] = [{}, {}],
) {
  const [before, after] = [
    policyOf({ entries: old, ...more[0] }).filesystem,
    policyOf({ entries: next, ...more[1] }).filesystem,
  ];
  return filesystemChanges(before, after).map(changeLine);
}

describe('what may be done to which paths', () => {
  test('a folder that becomes writable, without what stands below it', () => {
    expect(
      lines([readOnly('/data'), readOnly('/data/in')], [readWrite('/data'), readOnly('/data/in')]),
    ).toEqual([
      'widens high filesystem [path-writable] {path: /data; /data/** except /data/in, /data/in/** | right: write} ' +
        'write `/data` <- changed new filesystem:/data',
    ]);
  });

  test('a grant above an earlier one gives each place what it did not have', () => {
    expect(lines([readOnly('/data/in')], [readWrite('/data')])).toEqual([
      'widens high filesystem [path-writable] {path: /data/in; /data/in/** | right: write} ' +
        'write `/data/in` <- granted new filesystem:/data',
      'widens high filesystem [path-writable,path-executable,path-readable] ' +
        '{path: /data; /data/** except /data/in, /data/in/** | right: read; write; execute} ' +
        'write `/data` <- granted new filesystem:/data',
    ]);
  });

  test('a denial that is gone is the cause, not the grant around it', () => {
    expect(lines([readOnly('/data'), denied('/data/key')], [readOnly('/data')])).toEqual([
      'widens high filesystem [path-executable,path-readable] {path: /data/key; /data/key/** | right: read; execute} ' +
        'execute `/data/key` <- denial-removed old filesystem:/data/key',
    ]);
  });

  test('a denial narrows, and so does a place that is excepted anew', () => {
    expect(
      lines([readWrite('/data')], [readWrite('/data'), denied('/data/key'), readOnly('/data/in')]),
    ).toEqual([
      'narrows low filesystem [removed] {path: /data/in; /data/in/** | right: write} ' +
        'write `/data/in` <- denied new filesystem:/data/in',
      'narrows low filesystem [removed] {path: /data/key; /data/key/** | right: read; write; execute} ' +
        'write `/data/key` <- denied new filesystem:/data/key',
    ]);
  });

  test('names that begin alike are not below each other', () => {
    expect(
      lines([readOnly('/a'), readOnly('/a/b')], [readOnly('/a'), readOnly('/a-b'), readOnly('/a/b')]),
    ).toEqual([
      'widens high filesystem [path-executable,path-readable] {path: /a-b; /a-b/** | right: read; execute} ' +
        'execute `/a-b` <- granted new filesystem:/a-b',
    ]);
  });

  test('execution alone', () => {
    expect(lines([readNoExecute('/data')], [readOnly('/data')])).toEqual([
      'widens high filesystem [path-executable] {path: /data; /data/** | right: execute} ' +
        'execute `/data` <- changed new filesystem:/data',
    ]);
  });

  test('other words for the same are no change', () => {
    expect(lines([readOnly('/data')], [readOnly('/data'), readOnly('/data/in'), denied('/never')])).toEqual(
      [],
    );
    expect(lines([readOnly('/data')], [readOnly('/data', { optional: true })])).toEqual([]);
  });
});

describe('places that matter more', () => {
  test.each([
    ['/etc', '/etc'],
    ['/home/alice', '/home/alice/.ssh'],
    ['/home', '/home/user/.ssh'],
    ['/home/alice/.bashrc', '/home/alice/.bashrc'],
    ['/work/project/.git/hooks', '/work/project/.git/hooks'],
    ['/var', '/var/spool/cron'],
    ['/var/run/docker.sock', '/var/run/docker.sock'],
  ])('writing %s is shown by %s', (path, shown) => {
    expect(lines([], [readWrite(path)])).toEqual([
      `widens high filesystem [credentials-writable,path-writable,path-executable,path-readable] {path: ${path}; ` +
        `${path}/** | right: read; write; execute} write \`${shown}\` <- granted new filesystem:${path}`,
    ]);
  });

  test('reading them is not, nor is writing what only sounds so, nor a scratch folder in their place', () => {
    expect(
      lines([], [readOnly('/etc'), readWrite('/data/.sshd'), scratch('/root')]).join('\n'),
    ).not.toContain('credentials');
  });

  test('an exception is no example', () => {
    const home = '/home/alice';
    const personal = ['.ssh', '.gnupg', '.aws', '.azure', '.config/gcloud', '.kube', '.docker', '.netrc'];
    const hidden = personal.map((name) => denied(`${home}/${name}`));
    expect(lines([], [readWrite(home), ...hidden])[0]).toContain('write `/home/alice/.npmrc`');
  });
});

describe('what stands at a path', () => {
  const HOST =
    'high filesystem [host-folder] {path: /cache; /cache/** | source: host} ' +
    '(use what the host itself has at `/cache`) <- changed new filesystem:/cache';

  test("the host's folder in place of a private one widens without an access to tell it", () => {
    expect(lines([scratch('/cache')], [readWrite('/cache')])).toEqual([`widens ${HOST}`]);
    expect(lines([readWrite('/cache')], [scratch('/cache')])).toEqual([
      `narrows ${HOST.replace('high', 'low').replace('host-folder', 'removed')}`,
    ]);
  });

  test('both what stands there and the rights may change, in different directions', () => {
    expect(lines([scratch('/cache')], [readOnly('/cache')])).toEqual([
      `widens ${HOST}`,
      'narrows low filesystem [removed] {path: /cache; /cache/** | right: write | source: scratch} ' +
        'write `/cache` <- changed new filesystem:/cache',
    ]);
  });

  test('a scratch folder in a scratch folder is one more', () => {
    expect(lines([scratch('/tmp')], [scratch('/tmp'), scratch('/tmp/own')])).toEqual([
      'widens low filesystem [private-folder] {path: /tmp/own; /tmp/own/** | source: scratch} ' +
        '(use a scratch folder of its own at `/tmp/own`) <- granted new filesystem:/tmp/own',
    ]);
  });
});

describe('what no path says', () => {
  const entries = [readWrite('/work')];

  test('Landlock on best effort waives a requirement', () => {
    const said = lines(entries, entries, [{}, { landlock: 'best_effort' }]);
    expect(said).toEqual([
      'widens critical enforcement [requirement-waived] {landlock: best_effort} ' +
        '(start on a kernel whose Landlock cannot hold all of its file rights) <- changed new filesystem:landlock',
    ]);
    expect(lines(entries, entries, [{ landlock: 'best_effort' }, {}])).toEqual([
      said[0]!.replace('widens critical', 'narrows low').replace('requirement-waived', 'removed'),
    ]);
  });

  test('the working folder is one or another', () => {
    expect(lines(entries, entries, [{}, { workdir: '/work/x' }])).toEqual([
      'widens low filesystem [workdir-changed] {workdir: /work/x} (start in `/work/x`) <- changed new filesystem:/work',
      'narrows low filesystem [removed] {workdir: /work} (start in `/work`) <- changed new filesystem:/work',
    ]);
  });
});
