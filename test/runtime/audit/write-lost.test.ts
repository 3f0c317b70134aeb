import { execFileSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type AuditLog, openAuditLog } from '../../../runtime/audit/audit-log.ts';
import { logFilesIn } from '../../../runtime/audit/file-names.ts';
import { thisBoot } from '../../../runtime/audit/this-boot.ts';
import { HALF_BYTES, HEAD_BYTES, WRITE_AHEAD_FILE } from '../../../runtime/audit/write-ahead.ts';
import { eventsIn, type LogPlace, logPlace, opened, someDecision } from '../../support/audit-writing.ts';
import { Seeded } from '../../support/seeded.ts';

const NEVER = { lines: 1_000_000, milliseconds: 3_600_000 };
const places: LogPlace[] = [];
const logs: AuditLog[] = [];
afterEach(async () => {
  for (const log of logs.splice(0)) await log.close();
  for (const made of places.splice(0)) made.remove();
});

function place(): LogPlace {
  // Nothing is signed on the way, so that only what was written ahead tells of lines that are gone.
  const made = logPlace({ signAfter: NEVER });
  places.push(made);
  return made;
}

/** So many acknowledged events in a log that is still open. */
async function written(where: LogPlace, count: number, atOnce = 7): Promise<void> {
  const log = opened(where);
  logs.push(log);
  for (let n = 0; n < count; n += atOnce) {
    await Promise.all(
      Array.from({ length: atOnce }, (_, more) => log.append(someDecision(n + more)).durable),
    );
  }
}

/** What a disk held when the machine stopped, as the next boot finds it. */
function crashed(where: LogPlace, isOtherBoot = true): LogPlace {
  const after = place();
  // Who wrote it is gone.
  const filter = (path: string) => !path.includes('.writer-');
  cpSync(where.folder, after.folder, { recursive: true, filter });
  cpSync(where.state, after.state, { recursive: true });
  if (isOtherBoot) changeAhead(after, (text) => text.replaceAll(thisBoot(), 'f'.repeat(32)));
  return after;
}

function changeAhead({ folder }: LogPlace, change: (text: string) => string): void {
  const path = join(folder, WRITE_AHEAD_FILE);
  const before = readFileSync(path, 'latin1');
  const after = change(before);
  if (after === before) throw new Error('nothing was changed');
  writeFileSync(path, after, 'latin1');
}

const lastFile = ({ folder }: LogPlace) => logFilesIn(folder).at(-1)!.path;

/** Requests or hosts of all decisions: what was acknowledged. */
const decided = ({ folder }: LogPlace) =>
  eventsIn(folder).flatMap(({ what }) => (what.kind === 'decision' ? [what] : []));

const decisions = (count: number) => Array.from({ length: count }, (_, n) => someDecision(n));

describe('after a crash of the machine', () => {
  test('what was acknowledged is there, wherever the file ended and whatever of it is zeros', async () => {
    const where = place();
    await written(where, 70);
    const { size } = statSync(lastFile(where));
    const random = new Seeded(7);
    const ends = [0, 1, size - 1, size, ...Array.from({ length: 12 }, () => random.below(size))];
    for (const end of ends) {
      const after = crashed(where);
      truncateSync(lastFile(after), end);
      // A page that did not reach the disk.
      const zeros = Buffer.alloc(random.below(end + 1));
      const descriptor = openSync(lastFile(after), 'r+');
      writeSync(descriptor, zeros, 0, zeros.length, end - zeros.length);
      closeSync(descriptor);
      await opened(after).close();
      expect(decided(after)).toEqual(decisions(70));
    }
  });

  test('also what did not fit into half of the space, when the space was used several times', async () => {
    const where = place();
    const count = 18_000;
    await written(where, count, 500);
    const { size } = statSync(lastFile(where));
    expect(size).toBeGreaterThan(5 * HALF_BYTES);
    const after = crashed(where);
    truncateSync(lastFile(after), size - HALF_BYTES / 2);
    await opened(after).close();
    expect(decided(after)).toHaveLength(count);
  });

  test('and the log goes on, and can crash again', async () => {
    const where = place();
    await written(where, 21);
    const once = crashed(where);
    truncateSync(lastFile(once), 2000);
    const log = opened(once);
    logs.push(log);
    for (let n = 21; n < 28; n++) await log.append(someDecision(n)).durable;
    const twice = crashed(once);
    truncateSync(lastFile(twice), 0);
    await opened(twice).close();
    expect(decided(twice)).toEqual(decisions(28));
  });
});

describe('nothing is put back', () => {
  test('while the machine runs: then no line gets lost, and one that is missing was taken away', async () => {
    const where = place();
    await written(where, 70);
    const refused = (change: (path: string, text: string) => void) => {
      const after = crashed(where, false);
      const path = lastFile(after);
      change(path, readFileSync(path, 'utf8'));
      const outcome = openAuditLog(after);
      if (outcome.ok) void outcome.log.close();
      return outcome.ok ? null : [outcome.reason, outcome.problem.replace(`${path} `, '')];
    };
    const lines = readFileSync(lastFile(where), 'utf8').split('\n').slice(0, -1);
    const event = (JSON.parse(lines.at(-1)!) as { sequence: number }).sequence;
    const ends = (gone: number) => `ends before the end of event ${event - gone + 1}, which was written`;
    const cut = (gone: number) => `${lines.slice(0, -gone).join('\n')}\n`;
    expect(refused((path) => writeFileSync(path, cut(1)))).toEqual(['edited', ends(1)]);
    expect(refused((path) => writeFileSync(path, cut(30)))).toEqual(['edited', ends(30)]);
    expect(refused((path, text) => writeFileSync(path, text.slice(0, -2)))).toEqual(['edited', ends(1)]);
    expect(
      refused((path, text) => writeFileSync(path, text.replace('/v1/items/68', '/v1/items/67'))),
    ).toEqual([...['edited', `holds something else than event ${event - 1}, which was written`]]);
    expect(refused((path) => rmSync(path))).toEqual([
      ...['edited', 'the file of the log that begins with event 0 is missing'],
    ]);
    expect(
      refused((path) => {
        writeFileSync(path, cut(1));
        writeFileSync(path.replace('0.jsonl', '9.jsonl'), '');
      }),
    ).toEqual(['edited', ends(1)]);
    // A piece of a line that nobody had an answer to was not written ahead.
    expect(refused((path, text) => writeFileSync(path, `${text}{"decision`))).toBe(null);
    expect(refused(() => {})).toBe(null);
  });

  test.each(['a pipe', 'a link', 'a folder'])('from %s that stands in its place', (what) => {
    const where = place();
    mkdirSync(where.folder, { mode: 0o700 });
    const path = join(where.folder, WRITE_AHEAD_FILE);
    if (what === 'a pipe') execFileSync('mkfifo', [path]);
    else if (what === 'a link') symlinkSync('/dev/null', path);
    else mkdirSync(path);
    const log = openAuditLog(where);
    if (log.ok) logs.push(log.log);
    expect(log.ok).toBe(what !== 'a folder');
  });

  test('from a file that has another name as well, which is left as it is', () => {
    const where = place();
    mkdirSync(where.folder, { mode: 0o700 });
    const other = join(where.folder, '../other');
    writeFileSync(other, 'kept');
    linkSync(other, join(where.folder, WRITE_AHEAD_FILE));
    const log = openAuditLog(where);
    if (log.ok) logs.push(log.log);
    expect([log.ok, readFileSync(other, 'utf8')]).toEqual([true, 'kept']);
  });

  test('after a log that was closed', async () => {
    const where = place();
    await written(where, 70);
    await logs.pop()!.close();
    const after = crashed(where, false);
    expect(readFileSync(join(after.folder, WRITE_AHEAD_FILE)).subarray(0, HEAD_BYTES)).toEqual(
      Buffer.alloc(HEAD_BYTES),
    );
    changeAhead(after, (text) => text.replaceAll(thisBoot(), 'f'.repeat(32)));
    truncateSync(lastFile(after), 0);
    expect(openAuditLog(after)).toMatchObject({ ok: false, reason: 'edited' });
  });

  test('over a line that somebody changed', async () => {
    const where = place();
    await written(where, 70);
    const after = crashed(where);
    const text = readFileSync(lastFile(after), 'utf8');
    writeFileSync(lastFile(after), text.replace('/v1/items/31', '/v1/items/32'));
    expect(openAuditLog(after)).toMatchObject({ ok: false, reason: 'edited' });
    expect(readFileSync(lastFile(after), 'utf8').split('/v1/items/32"')).toHaveLength(3);
  });

  test('of a record that was not written whole', async () => {
    const where = place();
    await written(where, 70);
    const after = crashed(where);
    changeAhead(after, (text) => text.replace('/v1/items/68', '/v1/items/67'));
    truncateSync(lastFile(after), 5000);
    await opened(after).close();
    // Seven went together.
    expect(decided(after)).toEqual(decisions(63));
  });
});
