import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  asked,
  BLUEPRINT,
  DAY,
  expiryPlace,
  LONG_AGO,
  logFolder,
  OPENED,
  type Told,
  WITHOUT_ENDED,
} from '../../support/expiry/place.ts';
import { commitTo, gitIn, NOW, temporary } from '../../support/proposals/place.ts';
import { keyPair } from '../../support/signatures.ts';

const PATH = 'agents/a-1.yaml';
const files = { [PATH]: WITHOUT_ENDED };
/** The agent works each day with what it reads for good. */
const BUSY: readonly Told[] = [60, 45, 31, 20, 10, 1, 0.1].map((day) => [day, asked('api.example.com')]);

function told(...more: readonly Told[]): Told[] {
  return [[60, OPENED] as const, ...BUSY.slice(1), ...more].sort(([a], [b]) => b - a);
}

function removedIn(stdout: string): string[] {
  const { expiry } = JSON.parse(stdout);
  return expiry.proposals.flatMap(({ removed }: { removed: { entry: string; why: { kind: string } }[] }) =>
    removed.map(({ entry, why }) => `${entry} ${why.kind}`),
  );
}

async function removed(log: readonly Told[], ...argv: readonly string[]) {
  const place = expiryPlace(files);
  const folder = logFolder(log);
  const { exitCode, stdout, stderr } = await place.expire(
    ...['--log', folder, '--unused-for', '30d', '--dry-run', '-o', 'json'],
    ...argv,
  );
  return { exitCode, removed: removedIn(stdout), stdout, stderr };
}

describe('an entry with a grant', () => {
  test('that no one used in the period goes, with the evidence; one that was used stays', async () => {
    const place = expiryPlace(files);
    const folder = logFolder(told([29.9, asked('soon.example.com')], [40, asked('long.example.com')]));
    const { exitCode, stdout, stderr } = await place.expire('--log', folder, '--unused-for', '30d');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const [branch] = place.branches();
    const after = place.onRemote(branch!, PATH);
    expect(after).toContain('  soon:\n');
    expect(after).not.toContain('  long:\n');
    const log = join(folder, 'audit-0000000000000000.jsonl');
    const day = (days: number) => new Date(NOW - days * DAY).toISOString();
    const use = `last used ${day(40)} (log from ${day(60)} to ${day(0.1)})`;
    expect(stdout).toContain(
      `network_policies.long  not used from ${day(30.1)} to ${day(0.1)}, of bob@example.com; ${use}\n`,
    );
    const body = readFileSync(join(place.out, `${branch!.replaceAll('/', '-')}.md`), 'utf8');
    expect(body).toContain(`not used from ${day(30.1)} to ${day(0.1)} | ${use}: \`${log}\` |`);
    expect(gitIn(place.bare, 'log', '-1', '--format=%s', branch!)).toBe(
      'Remove 1 unused grant of bob@example.com\n',
    );
  });

  test('counts as used by a log of any other time of the period, and by nothing else', async () => {
    const both = ['network_policies.soon unused', 'network_policies.long unused'];
    expect((await removed(told())).removed).toEqual(both);
    const used = asked('long.example.com');
    const ofSoon = both.slice(0, 1);
    expect((await removed(told([30, used]))).removed).toEqual(ofSoon);
    // The period ends with the log, a tenth of a day ago.
    expect((await removed(told([30.2, used]))).removed).toEqual(both);
    expect((await removed(told([0.1, used]))).removed).toEqual(ofSoon);
    if (used.kind !== 'decision') throw new Error('it is a decision');
    // A denial that struck is a use, and what the entry did not include is none.
    expect((await removed(told([3, { ...used, why: 'denied' }]))).removed).toEqual(ofSoon);
    expect((await removed(told([3, { ...used, why: 'not-included' }]))).removed).toEqual(both);
  });

  test('is not judged without --unused-for, and its use is shown beside an end', async () => {
    const place = expiryPlace();
    const late = asked('release.example.com', BLUEPRINT, NOW);
    const folder = logFolder(
      told([20, asked('release.example.com', BLUEPRINT, NOW - 20 * DAY)], [0.5, late]),
    );
    const { stdout } = await place.expire('--log', folder, '--dry-run', '-o', 'json');
    expect(removedIn(stdout)).toEqual(['network_policies.release ended']);
    expect(JSON.parse(stdout).expiry.proposals[0].removed[0].use).toMatchObject({
      ...{ uses: 1, lastUse: new Date(NOW - 20 * DAY).toISOString(), refused: 1 },
    });
  });

  test('that is younger than the period is not called unused', async () => {
    const place = expiryPlace({ [PATH]: 'kind: nothing\n' });
    const then = new Date(NOW - 29 * DAY).toISOString();
    const [upTo, from] = ['  soon:', '  long:'].map((key) => WITHOUT_ENDED.indexOf(key));
    const before = WITHOUT_ENDED.slice(0, upTo) + WITHOUT_ENDED.slice(from);
    expect(before).not.toContain('soon:');
    commitTo(place.bare, { [PATH]: before }, 'main', LONG_AGO);
    commitTo(place.bare, { [PATH]: WITHOUT_ENDED }, 'main', then);
    const folder = logFolder(told());
    const wishes = ['--log', folder, '--dry-run', '-o', 'json', '--unused-for'];
    const month = await place.expire(...wishes, '30d');
    expect(removedIn(month.stdout)).toEqual(['network_policies.long unused']);
    expect(JSON.parse(month.stdout).expiry.young).toMatchObject([{ entry: 'network_policies.soon' }]);
    const days = await place.expire(...wishes, '28d');
    expect(removedIn(days.stdout)).toEqual(['network_policies.soon unused', 'network_policies.long unused']);
  });

  test('that was gone for a while, or was another one, is as young as its return', async () => {
    const place = expiryPlace(files);
    const at = (days: number) => new Date(NOW - days * DAY).toISOString();
    commitTo(
      place.bare,
      { [PATH]: WITHOUT_ENDED.replace('long.example.com', 'other.example.com') },
      'main',
      at(20),
    );
    commitTo(place.bare, files, 'main', at(10));
    const folder = logFolder(told());
    const { stdout } = await place.expire(
      ...['--log', folder, '--dry-run', '-o', 'json'],
      '--unused-for',
      '30d',
    );
    expect(removedIn(stdout)).toEqual(['network_policies.soon unused']);
  });
});

test('what was used in a sandbox of another name is not called unused, and the log is named', async () => {
  const other = logFolder([[5, asked('long.example.com')]], 'prod-1');
  const { exitCode, removed: gone, stdout } = await removed(told(), '--log', other);
  expect({ exitCode, gone }).toEqual({ exitCode: 0, gone: ['network_policies.soon unused'] });
  const [finding] = JSON.parse(stdout).diagnostics;
  expect(finding).toMatchObject({ code: 'NC2666', severity: 'warning' });
  expect(finding.message).toMatch(/audit-0000000000000000\.jsonl` tells of `prod-1`, and no blueprint/);
});

describe('a log proves nothing', () => {
  test.each<[string, readonly Told[], string]>([
    [
      'that begins within the period',
      told().slice(3),
      'from 2025-12-13T00:00:00.000Z to 2026-01-01T21:36:00.000Z and not from 2025-12-02T21:36:00.000Z to 2026-01-01T21:36:00.000Z',
    ],
    [
      'that ended days ago',
      told().slice(0, -2),
      'to 2025-12-23T00:00:00.000Z and not from 2025-12-03T00:00:00.000Z to 2026-01-02T00:00:00.000Z',
    ],
  ])('%s, and the covered period is named', async (_, log, covered) => {
    const { exitCode, removed: gone, stdout } = await removed(log);
    expect({ exitCode, gone }).toEqual({ exitCode: 0, gone: [] });
    const [finding] = JSON.parse(stdout).diagnostics;
    expect(finding).toMatchObject({ code: 'NC2656', severity: 'warning' });
    expect(finding.message).toContain(covered);
  });

  test('of another sandbox', async () => {
    const place = expiryPlace(files);
    const folder = logFolder(told(), 'b-2');
    const { exitCode, stderr, stdout } = await place.expire('--log', folder, '--unused-for', '30d');
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      `no log that was given tells of \`a-1\`, so no entry of \`${PATH}\` counts as unused [NC2657]`,
    );
    expect(stdout).toContain('nothing to remove on main');
  });

  test('where another host has one that is too short, or has used it', async () => {
    const [whole, used] = [logFolder(told()), logFolder(told([3, asked('long.example.com')]))];
    const short = logFolder(told().slice(3));
    const place = expiryPlace(files);
    const run = (...logs: string[]) =>
      place.expire('--log', ...logs, '--unused-for', '30d', '--dry-run', '-o', 'json');
    expect(removedIn((await run(whole, used)).stdout)).toEqual(['network_policies.soon unused']);
    const cut = await run(whole, short);
    expect(removedIn(cut.stdout)).toEqual([]);
    expect(JSON.parse(cut.stdout).diagnostics).toMatchObject([{ code: 'NC2656' }]);
  });

  test('in a clone that does not know how it was then', async () => {
    const place = expiryPlace(files);
    commitTo(place.bare, { 'more.txt': 'x' });
    const shallow = join(temporary(), 'shallow');
    gitIn(temporary(), 'clone', '-q', '--depth', '1', `file://${place.bare}`, shallow);
    const { runExpire } = await import('../../support/expiry/place.ts');
    const { exitCode, stderr, stdout } = await runExpire(shallow, [
      ...['--log', logFolder(told()), '--unused-for', '30d', '--dry-run'],
    ]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`this clone does not know how \`${PATH}\` was on 2025-12-02T`);
    expect(stderr).toContain('[NC2661]');
    expect(stdout).toContain('nothing to remove on main');
  });
});

describe('a log is refused', () => {
  const path = (folder: string) => join(folder, 'audit-0000000000000000.jsonl');

  test.each<[string, (text: string) => string, string]>([
    ['with a changed line', (text) => text.replace('"GET"', '"PUT"'), '[NC2200]'],
    ['without a line', (text) => text.split('\n').toSpliced(3, 1).join('\n'), 'event 3 is missing'],
    ['that holds something else', () => 'hello\n', '[NC2200]'],
  ])('%s', async (_, change, said) => {
    const place = expiryPlace();
    const folder = logFolder(told());
    const text = readFileSync(path(folder), 'utf8');
    writeFileSync(path(folder), change(text));
    expect(readFileSync(path(folder), 'utf8')).not.toBe(text);
    const refs = place.refs();
    const { exitCode, stdout, stderr } = await place.expire('--log', folder);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(said);
    expect(place.refs()).toBe(refs);
  });

  test('that is not there, or that the key does not vouch for', async () => {
    const place = expiryPlace();
    const none = await place.expire('--log', '/nonexistent/log');
    expect(none.exitCode).toBe(1);
    expect(none.stderr).toContain('/nonexistent/log');
    const key = join(temporary(), 'key.pem');
    writeFileSync(key, keyPair('ed25519').open);
    const other = await place.expire('--log', logFolder(told()), '--key', key);
    expect(other.exitCode).toBe(1);
    expect(other.stderr).toContain('[NC2202]');
    expect(place.branches()).toEqual([]);
  });

  test.each([
    [['--unused-for', '30d'], '--unused-for needs --log'],
    [['--key', 'x'], '--key needs --log'],
    [['--log', '-', '--unused-for', '30d'], 'standard input can be read only once'],
  ])('on a command line that asks for too little: %j', async (argv, said) => {
    const { exitCode, stderr } = await expiryPlace().expire(...argv);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(said);
  });
});
