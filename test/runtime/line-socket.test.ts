import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { askLine, serveLines } from '../../runtime/line-socket.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nemoclaw-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function echo(path: string) {
  const served = await serveLines(path, (line) => ({ ok: true, said: JSON.parse(line) }));
  onTestFinished(() => served.close());
  return served;
}

/** Everything that a socket hears until its other end goes away. */
function heardBy(path: string, ...words: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let heard = '';
    socket.on('error', () => {});
    socket.on('data', (data) => {
      heard += data;
    });
    socket.on('close', () => resolve(heard));
    for (const word of words) socket.write(word);
  });
}

describe('a socket of lines', () => {
  it('answers each line, for this user alone, also where its path is longer than a socket may have', async () => {
    const deep = join(folder, 'a'.repeat(60), 'b'.repeat(60));
    mkdirSync(deep, { recursive: true });
    for (const path of [join(folder, 'short.sock'), join(deep, 'one.sock'), join(deep, 'two.sock')]) {
      const served = await echo(path);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(await askLine(path, { a: 1 })).toEqual({ ok: true, said: { a: 1 } });
      served.close();
      await expect.poll(() => existsSync(path)).toBe(false);
      expect(await askLine(path, {})).toEqual({
        ok: false,
        reason: 'absent',
        problem: 'it cannot be asked (ENOENT)',
      });
    }
  });

  it('takes the place of what a killed run left there', async () => {
    const path = join(folder, 'stale.sock');
    writeFileSync(path, '');
    expect(await askLine(path, {})).toMatchObject({ ok: false, reason: 'absent' });
    await echo(path);
    expect(await askLine(path, 1 as unknown as object)).toMatchObject({ ok: true, said: 1 });
  });

  it('lets a client go that never ends its line, and answers others meanwhile', async () => {
    const path = join(folder, 'long.sock');
    await echo(path);
    const endless = heardBy(path, 'x'.repeat(70_000));
    expect(await askLine(path, { b: 2 })).toMatchObject({ ok: true });
    expect(await endless).toBe('');
  });

  it('keeps no answers for a client that takes none, and loses none of them', async () => {
    const path = join(folder, 'deaf.sock');
    let answered = 0;
    const served = await serveLines(path, () => ({ number: answered++, said: 'x'.repeat(1_000) }));
    onTestFinished(() => served.close());
    const deaf = connect(path).pause();
    onTestFinished(() => void deaf.destroy());
    deaf.write('{}\n'.repeat(20_000));
    await expect.poll(() => answered).toBeGreaterThan(0);
    const settled = async () => {
      const before = answered;
      await wait(200);
      return answered === before;
    };
    await expect.poll(settled, { timeout: 10_000 }).toBe(true);
    // What the kernel keeps of a socket, and no more.
    expect(answered).toBeLessThan(5_000);
    let heard = '';
    deaf.on('data', (data) => {
      heard += data;
    });
    deaf.resume();
    await expect.poll(() => heard.split('\n').length, { timeout: 10_000 }).toBe(20_001);
    const numbers = heard
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).number);
    expect(numbers.every((number, index) => number === index)).toBe(true);
  });

  it('says no to what it cannot answer, and ends with its clients', async () => {
    const path = join(folder, 'ends.sock');
    const served = await echo(path);
    const silent = heardBy(path, 'no json\n');
    await expect.poll(() => askLine(path, {})).toMatchObject({ ok: true });
    served.close();
    expect(await silent).toBe('{"ok":false,"problem":"it cannot be answered"}\n');
  });

  it.each(['', '{'])(
    'waits no longer than it may for whoever says nothing, or ever a little: %j',
    async (little) => {
      const path = join(folder, 'slow.sock');
      const server = createServer((socket) => {
        const saying = setInterval(() => socket.write(little), 20);
        socket.on('error', () => {}).on('close', () => clearInterval(saying));
      });
      await new Promise<void>((resolve) => server.listen(path, resolve));
      onTestFinished(() => void server.close());
      const before = Date.now();
      const refused = { ok: false, reason: 'refused', problem: 'it does not answer' };
      expect(await askLine(path, {}, 300)).toEqual(refused);
      expect(Date.now() - before).toBeLessThan(3_000);
    },
  );

  it.each([
    ['nothing at all', '', 'it went away'],
    ['no JSON', 'yes\n', 'its answer is not understood'],
    ['no object', '7\n', 'its answer is not understood'],
    ['no', '{"ok":false,"problem":"not now"}\n', 'not now'],
    ['no end', 'x'.repeat(70_000), 'its answer is not understood'],
  ])('believes nobody who answers %s', async (_, answer, problem) => {
    const path = join(folder, 'other.sock');
    const server = createServer((socket) => socket.on('error', () => {}).end(answer));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(() => void server.close());
    expect(await askLine(path, {})).toEqual({ ok: false, reason: 'refused', problem });
  });
});
