import { closeSync, constants, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { GroupCommit } from '../../../runtime/audit/group-commit.ts';
import { WriteAhead } from '../../../runtime/audit/write-ahead.ts';

const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-group-'));
afterAll(() => rmSync(folder, { recursive: true }));
let made = 0;

/** A writer into files of its own, and the descriptors that it opened. */
function groups(soon: number, isAhead: boolean) {
  const name = `g${made++}`;
  const descriptors: number[] = [];
  const failures: string[] = [];
  const open = (first: number) => {
    const path = join(folder, `${name}-${first}`);
    const descriptor = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, 0o600);
    descriptors.push(descriptor);
    return descriptor;
  };
  const failed = (error: Error) => {
    failures.push(error.message);
    return new Error(`told: ${error.message}`);
  };
  mkdirSync(join(folder, name));
  const ahead = isAhead ? WriteAhead.in(join(folder, name), '0'.repeat(32), 1) : null;
  if (isAhead && ahead === null) throw new Error('there is no room to write ahead');
  const commit = new GroupCommit({ first: 0, open, ahead, failed, soon });
  const content = (first: number) => readFileSync(join(folder, `${name}-${first}`), 'utf8');
  const add = (line: string) => {
    commit.add(line, true);
    return commit.durable;
  };
  return { commit, descriptors, failures, content, add };
}

/** `soon` of 0 gives every write a thread, and one of an hour none. */
describe.each([
  ['in a thread', 0, false],
  ['at once', 3_600_000, false],
  ['ahead, in a thread', 0, true],
  ['ahead, at once', 3_600_000, true],
])('written %s', (_, soon, isAhead) => {
  test('lines are on disk in their order when those who wait are told', async () => {
    const { commit, content, add } = groups(soon, isAhead);
    const told: number[] = [];
    const line = (n: number) => `${n} ${'ä€😀'.repeat(n)}`;
    const note = async (n: number) => {
      await add(line(n));
      told.push(n);
      expect(content(0)).toContain(`${line(n)}\n`);
    };
    await Promise.all([0, 1, 2].map(note));
    await Promise.all([3, 4].map(note));
    expect(told).toEqual([0, 1, 2, 3, 4]);
    expect(content(0)).toBe([0, 1, 2, 3, 4].map((n) => `${line(n)}\n`).join(''));
    expect(commit.pending).toBe(0);
    commit.close();
  });

  test('lines of several files and of any length go where they belong', async () => {
    const { commit, content, add } = groups(soon, isAhead);
    const long = 'x'.repeat(200_000);
    const first = [add(long), add(long), add('a')];
    commit.startFile(3);
    commit.startFile(4);
    const second = add('b');
    expect(commit.pending).toBe(400_000 + 6);
    await Promise.all([...first, second]);
    expect(content(0)).toBe(`${long}\n${long}\na\n`);
    expect(content(4)).toBe('b\n');
    commit.close();
  });

  test('nobody is told that a line is durable which the disk refused, and nothing is written afterwards', async () => {
    const { commit, descriptors, failures, content, add } = groups(soon, isAhead);
    await add('a');
    closeSync(descriptors[0]!);
    let wasDurable = false;
    const refused = [add('b'), add('c')];
    const waits = commit.durable.then(() => {
      wasDurable = true;
    });
    await expect(waits).rejects.toThrow('told: EBADF');
    for (const one of refused) await expect(one).rejects.toThrow('told: EBADF');
    expect(failures).toEqual([expect.stringMatching(/^EBADF/)]);
    expect([content(0), wasDurable]).toEqual(['a\n', false]);
  });

  test('where nothing is to be written all is durable', async () => {
    const { commit } = groups(soon, isAhead);
    await commit.durable;
    commit.close();
  });
});

/** How many turns the event loop takes while callers write lines, each after its last one is durable and so much else was waited for. */
async function turnsOf(rounds: number, between: () => Promise<unknown>): Promise<number> {
  const { commit, add } = groups(3_600_000, false);
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const call = async (name: number) => {
    for (let round = 0; round < rounds; round++) {
      await add(`${name} ${round}`);
      await between();
    }
  };
  await Promise.all([0, 1, 2, 3].map(call));
  isOver = true;
  commit.close();
  return turns;
}

test('callers who are back at once wait for one turn of the event loop, and others for those who come in the next one', async () => {
  expect(await turnsOf(50, async () => {})).toBeLessThan(60);
  const later = () => new Promise((resolve) => setImmediate(resolve));
  expect(await turnsOf(50, later)).toBeGreaterThan(140);
});
