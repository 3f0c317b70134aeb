import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, describe, expect, test } from 'vitest';
import { NO_LINE } from '../../../compiler/ir/audit-event/event.ts';
import { digestOfLine, lineOf } from '../../../compiler/ir/audit-event/write.ts';
import { type AuditLogOptions, openAuditLog } from '../../../runtime/audit/audit-log.ts';
import { logFileName, logFilesIn } from '../../../runtime/audit/file-names.ts';
import { isSignedBy, publicKeyOf } from '../../../runtime/audit/signing-key.ts';
import { WRITE_AHEAD_FILE } from '../../../runtime/audit/write-ahead.ts';
import {
  eventsIn,
  type LogPlace,
  logPlace,
  opened,
  someDecision,
  written,
} from '../../support/audit-writing.ts';

const places: LogPlace[] = [];
function place(more: Partial<AuditLogOptions> = {}): LogPlace {
  const made = logPlace(more);
  places.push(made);
  return made;
}
afterEach(() => {
  for (const made of places.splice(0)) made.remove();
});

function refusal(options: AuditLogOptions) {
  const outcome = openAuditLog(options);
  if (outcome.ok) throw new Error('the log opened');
  return outcome;
}

const many = (count: number) => Array.from({ length: count }, (_, n) => someDecision(n));

describe('a log', () => {
  test('holds each event once it is acknowledged, chained, signed, and read by its owner alone', async () => {
    const where = place();
    const log = opened(where);
    const sequences = await Promise.all(many(500).map((event) => written(log, event)));
    expect(sequences).toEqual(Array.from({ length: 500 }, (_, n) => n + 1));
    expect(eventsIn(where.folder)).toHaveLength(501);
    await log.close();

    const events = eventsIn(where.folder);
    expect(events.map(({ what }) => what.kind)).toEqual(['opened', ...Array(500).fill('decision'), 'closed']);
    expect(events.slice(1, -1).map(({ what }) => what)).toEqual(many(500));
    let previous = NO_LINE;
    for (const [sequence, event] of events.entries()) {
      expect([event.sequence, event.previous]).toEqual([sequence, previous]);
      previous = digestOfLine(lineOf(event));
    }
    const [first] = events;
    if (first?.what.kind !== 'opened') throw new Error('no opened');
    const key = publicKeyOf(first.what.signing!.publicKey);
    expect(isSignedBy(events.at(-1)!, key)).toBe(true);
    expect(isSignedBy({ ...events.at(-1)!, time: 0 }, key)).toBe(false);
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect(mode(where.folder)).toBe('700');
    expect(mode(join(where.folder, logFileName(0)))).toBe('600');
    expect(mode(join(where.state, 'audit-key.pem'))).toBe('600');
  });

  test('goes on in another file at a size, and the chain goes on', async () => {
    // Nothing may wait for the clock that signs.
    const where = place({ rotateAt: 20_000, signAfter: { lines: 4096, milliseconds: 3_600_000 } });
    const log = opened(where);
    await Promise.all(many(200).map((event) => written(log, event)));
    await log.close();
    const files = logFilesIn(where.folder);
    expect(files.length).toBeGreaterThan(3);
    const events = eventsIn(where.folder);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at));
    for (const [at, file] of files.entries()) {
      const lines = readFileSync(file.path, 'utf8').trimEnd().split('\n');
      expect(lines[0]).toMatch(/^\{"opened":/);
      expect(lines[0]).toContain(`"sequence":${file.first},`);
      expect(lines.at(-1)).toContain(at < files.length - 1 ? '"why":"rotated"' : '"why":"stopped"');
      expect(statSync(file.path).size).toBeLessThan(22_000);
    }
  });

  test('is signed after so many lines, and after some time', async () => {
    const where = place({ signAfter: { lines: 10, milliseconds: 20 } });
    const log = opened(where);
    await Promise.all(many(35).map((event) => written(log, event)));
    const kinds = () => eventsIn(where.folder).map(({ what }) => what.kind);
    expect(kinds().filter((kind) => kind === 'checkpoint')).toHaveLength(3);
    await expect.poll(() => kinds().at(-1)).toBe('checkpoint');
    await log.close();
  });

  test('refuses a second writer, and lets go when it is closed', async () => {
    const where = place();
    const log = opened(where);
    expect(refusal(where)).toEqual({
      ok: false,
      reason: 'in-use',
      problem: `${where.folder} is written by process ${process.pid}`,
    });
    await log.close();
    await opened(where).close();
  });

  test('refuses what is too long, what is too much at once, and what comes after the end', async () => {
    const where = place({ mostPending: 3000 });
    const log = opened(where);
    const long = { kind: 'malformed', problem: 'x'.repeat(70_000), asked: null, process: null } as const;
    await expect(written(log, long)).rejects.toMatchObject({ reason: 'too-long' });
    const outcomes = await Promise.allSettled(many(20).map((event) => written(log, event)));
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(5);
    expect(refused[0]).toMatchObject({ reason: { reason: 'full' } });
    expect(await written(log, someDecision(1))).toBe(1 + outcomes.length - refused.length);
    await log.close();
    await expect(written(log, someDecision(1))).rejects.toMatchObject({ reason: 'closed' });
    expect(log.note(someDecision(1))).toBe(false);
    expect(eventsIn(where.folder)).toHaveLength(3 + outcomes.length - refused.length);
  });
});

test('a log that the disk refuses says so, refuses everything from then on, and can be opened again', async () => {
  const where = place();
  const script = join(where.folder, '../writer.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, '../../support/write-audit-until-refused.ts')],
    ...{ outfile: script, bundle: true, platform: 'node', format: 'esm' },
  });
  // No file may be longer than 30 KiB.
  const limited = ['-c', 'ulimit -f 30; exec "$@"', '-', process.execPath, script, where.folder, where.state];
  const said = JSON.parse(execFileSync('bash', limited, { encoding: 'utf8' })) as {
    acknowledged: number[];
    failing: string;
  };
  expect(said).toMatchObject({ reasons: ['none', 'failing'], afterwards: 'failing', noted: false });
  expect(said.failing).toMatch(/^the audit log cannot be written: EFBIG/);
  expect(said.acknowledged.length).toBeGreaterThan(20);

  await opened(where).close();
  const events = eventsIn(where.folder);
  const kept = events
    .map(({ what }) => (what.kind === 'opened' ? what.recovered : null))
    .find((one) => one !== null);
  expect(readFileSync(join(where.folder, kept!.kept))).toHaveLength(kept!.bytes);
  const sequences = events.flatMap(({ sequence, what }) => (what.kind === 'decision' ? [sequence] : []));
  expect(sequences.slice(0, said.acknowledged.length)).toEqual(said.acknowledged);
});

/** A copy of an open log, as it would be found if its writer ended now. */
function asAfterCrash(where: LogPlace): LogPlace {
  const copy = place();
  const filter = (path: string) => !basename(path).startsWith('.writer-');
  cpSync(where.folder, copy.folder, { recursive: true, filter });
  cpSync(where.state, copy.state, { recursive: true });
  return copy;
}

describe('after a crash', () => {
  test('what is left of a line is kept aside, and the next file tells of it', async () => {
    const where = place();
    const log = opened(where);
    await written(log, someDecision(1));
    const crashed = asAfterCrash(where);
    await log.close();
    appendFileSync(join(crashed.folder, logFileName(0)), '{"decision":{"acc');
    const again = opened(crashed);
    await written(again, someDecision(2));
    await again.close();
    const events = eventsIn(crashed.folder);
    expect(events.map(({ what }) => what.kind)).toEqual([
      ...['opened', 'decision'],
      ...['opened', 'checkpoint', 'decision', 'closed'],
    ]);
    expect(events[2]!.what).toMatchObject({ recovered: { bytes: 17, kept: 'audit-0000000000000002.torn' } });
    expect(readFileSync(join(crashed.folder, 'audit-0000000000000002.torn'), 'utf8')).toBe(
      '{"decision":{"acc',
    );
  });

  test.each(['{', '{"', '{"end', '{"end":', '{"end":{', '\0\0', '{"e\0\0\0', '\0\0\0\0"a"}'])(
    'what a crash leaves of an event is kept aside: %j',
    async (left) => {
      const where = place();
      const log = opened(where);
      await written(log, someDecision(1));
      const crashed = asAfterCrash(where);
      await log.close();
      appendFileSync(join(crashed.folder, logFileName(0)), left);
      await opened(crashed).close();
      expect(eventsIn(crashed.folder)[2]!.what).toMatchObject({ recovered: { bytes: left.length } });
    },
  );

  test('a file that was only begun is begun again', async () => {
    const where = place();
    await opened(where).close();
    writeFileSync(join(where.folder, logFileName(2)), '{"opened"', { mode: 0o600 });
    await opened(where).close();
    expect(logFilesIn(where.folder).map(({ first }) => first)).toEqual([0, 2]);
    expect(eventsIn(where.folder)[2]!.what).toMatchObject({
      recovered: { bytes: 9, kept: 'audit-0000000000000002.torn' },
    });
  });
});

describe('a log is refused', () => {
  test.each([
    ['a text', 'abc'],
    ['a blank', ' '],
    ['another form', '{"decision":['],
    ['a name that no event begins with', '{"Decision'],
    ['a control character', '{"decision":{"a\t'],
    ['a text behind zeros that were written', '{"decision"\0\0\x01'],
  ])('whose end is no beginning of an event: %s', async (_name, more) => {
    const where = place();
    const log = opened(where);
    await written(log, someDecision(1));
    const crashed = asAfterCrash(where);
    await log.close();
    appendFileSync(join(crashed.folder, logFileName(0)), more);
    expect(refusal(crashed)).toMatchObject({
      reason: 'edited',
      problem: expect.stringMatching(/line 3 of \S+, event 2, is not what was written$/),
    });
  });

  test('in a folder that others can read', () => {
    const where = place();
    mkdirSync(where.folder);
    chmodSync(where.folder, 0o755);
    expect(refusal(where)).toMatchObject({
      reason: 'unsafe',
      problem: expect.stringMatching(/open to other users/),
    });
  });

  test('with a key that others can read', async () => {
    const where = place();
    await opened(where).close();
    chmodSync(join(where.state, 'audit-key.pem'), 0o644);
    expect(refusal(where)).toMatchObject({
      reason: 'unsafe',
      problem: expect.stringMatching(/audit-key\.pem is open to other users/),
    });
  });

  test('when it is gone and was signed', async () => {
    const where = place();
    await opened(where).close();
    expect(refusal({ ...where, folder: `${where.folder}-other` })).toMatchObject({
      reason: 'edited',
      problem: expect.stringMatching(/holds no log, and event 1 of it was signed/),
    });
  });

  test('where no folder can be made', () => {
    const where = place();
    expect(refusal({ ...where, folder: '/dev/null/log' })).toMatchObject({ reason: 'system' });
  });
});

describe('a log that was changed', () => {
  test('is refused and left alone: bytes behind its last word, where nobody writes', async () => {
    const where = place();
    await opened(where).close();
    const path = join(where.folder, logFileName(0));
    appendFileSync(path, '{"decision":{"acc');
    const changed = readFileSync(path, 'utf8');
    expect(refusal(where)).toMatchObject({
      reason: 'edited',
      problem: `line 3 of ${path} is no part of the chain`,
    });
    expect(readFileSync(path, 'utf8')).toBe(changed);
    expect(readdirSync(where.folder).sort()).toEqual([WRITE_AHEAD_FILE, logFileName(0)]);
  });

  test('is refused and left alone: bytes that no line begins with', async () => {
    const where = place();
    const log = opened(where);
    await written(log, someDecision(1));
    const crashed = asAfterCrash(where);
    await log.close();
    const path = join(crashed.folder, logFileName(0));
    appendFileSync(path, '{"a":"b","version":1}{');
    expect(refusal(crashed)).toMatchObject({
      reason: 'edited',
      problem: `line 3 of ${path}, event 2, is not what was written`,
    });
  });

  test.each([
    ['a line', /kim/, 'tim', 'line 2 of FILE, event 1, is not what was written'],
    ['a line taken out', /.*\n(?=.*\n$)/, '', 'event 2 is missing before line 3 of FILE'],
    ['a cut', /.*\n$/, '', 'FILE ends before line 4, and event 3 was written'],
    [
      ...(['the last line', /"time":"..(?=.*\n$)/, '"time":"19'] as const),
      'line 4 of FILE, event 3, is not what was written',
    ],
  ])('is refused and left alone: %s', async (_, what, other, problem) => {
    const where = place();
    const log = opened(where);
    await written(log, someDecision(1));
    await written(log, someDecision(2));
    await log.close();
    const path = join(where.folder, logFileName(0));
    const changed = readFileSync(path, 'utf8').replace(what, other);
    writeFileSync(path, changed);
    expect(refusal(where)).toMatchObject({ reason: 'edited', problem: problem.replace('FILE', path) });
    expect(readFileSync(path, 'utf8')).toBe(changed);
    expect(readdirSync(where.folder).sort()).toEqual([WRITE_AHEAD_FILE, logFileName(0)]);
  });
});
