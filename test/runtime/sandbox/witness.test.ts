import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { askLine } from '../../../runtime/line-socket.ts';
import { domainChecks, foundOf } from '../../../runtime/sandbox/enforced/landlock-domain.ts';
import { askWitness, serveWitness, Witness } from '../../../runtime/sandbox/witness.ts';
import { hostNeeds } from '../../support/host.ts';
import { buildSandboxProcess, compiler, statusField } from '../../support/sandbox-process.ts';

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'nemoclaw-test-')), 'witness.sock');
});
afterEach(() => rmSync(join(path, '..'), { recursive: true, force: true }));

/** A witness that is answered for by a function; what it was asked is kept. */
function answered(error: (process: number) => string | null) {
  const witness = new Witness();
  const stream = new PassThrough();
  const asked: number[] = [];
  stream.on('data', (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += 4) {
      const process = bytes.readInt32LE(at);
      asked.push(process);
      const line = error(process);
      if (line !== null) witness.hear(`nemoclaw-launcher: witness ${line}`);
    }
  });
  witness.begin(stream);
  return { witness, asked };
}

async function served(witness: Witness): Promise<void> {
  const socket = await serveWitness(path, witness);
  onTestFinished(() => socket.close());
}

describe('the witness, asked over its socket', () => {
  it('is asked about many at once, in their order', async () => {
    const { witness } = answered((process) => `${process}: signal: error ${process % 2}`);
    await served(witness);
    const many = Array.from({ length: 10_000 }, (_, index) => index + 1);
    expect(await askWitness(path, many)).toEqual({
      ok: true,
      errors: many.map((process) => process % 2),
      by: 'signal',
    });
  });

  it.each([
    ['no JSON', 'x'],
    ['another key', { other: [1] }],
    ['one key more', { processes: [1], other: 1 }],
    ['no number', { processes: ['1'] }],
    ['a group, which a number below zero names', { processes: [-1] }],
    ['zero', { processes: [0] }],
    ['more than four bytes', { processes: [2 ** 32 + 1] }],
  ])('is not asked %s', async (_, question) => {
    const { witness, asked } = answered((process) => `${process}: signal: error 0`);
    await served(witness);
    expect(await askLine(path, question as object)).toEqual({
      ok: false,
      reason: 'refused',
      problem: 'it is no question',
    });
    expect(asked).toEqual([]);
  });

  it('is not written to before the command was let go: the word for that would be taken for it', async () => {
    const witness = new Witness();
    expect(await witness.ask([1])).toEqual({ errors: [null], by: null });
  });

  it('is believed no more once it answers what nobody asked', async () => {
    const { witness, asked } = answered(() => '99: signal: error 0');
    expect((await witness.ask([1])).errors).toEqual([null]);
    expect((await witness.ask([2])).errors).toEqual([null]);
    expect(asked).toEqual([1]);
  });

  it('takes no other line of the launcher for an answer', () => {
    const witness = new Witness();
    for (const line of [
      'ready: 0',
      'step witness: clone: error 11',
      'witness 1: signal: error 0 ',
      'lost landlock',
    ]) {
      expect(witness.hear(`nemoclaw-launcher: ${line}`)).toBe(false);
    }
  });
});

describe('what is said of a Landlock domain', () => {
  const nobody = 'Landlock domains of its processes';

  it('names one thing alone where nobody answers', async () => {
    expect(await domainChecks(path, [process.pid])).toEqual([
      {
        what: nobody,
        desired: 'an answer of its witness',
        found:
          'nobody answers: it cannot be asked (ENOENT); where it is stopped, let it go on, else end the sandbox and start it again',
        holds: false,
      },
    ]);
    const ended = new Witness();
    await served(ended);
    expect(await domainChecks(path, [process.pid])).toMatchObject([
      {
        what: nobody,
        found: expect.stringMatching(/^nobody answers: it was ended, or is held; /),
        holds: false,
      },
    ]);
  });

  it('does not wait long for a run that is stopped', async () => {
    const stopped = createServer();
    await new Promise<void>((resolve) => stopped.listen(path, resolve));
    onTestFinished(() => void stopped.close());
    const before = Date.now();
    expect(await domainChecks(path, [process.pid])).toMatchObject([
      {
        what: nobody,
        found: expect.stringMatching(/^nobody answers: it does not answer; where it is stopped, /),
      },
    ]);
    expect(Date.now() - before).toBeLessThan(8_000);
  }, 20_000);

  it('leaves out a process that has ended, and holds each other one against the domain', async () => {
    const { witness } = answered((asked) => `${asked}: signal: error ${asked === process.pid ? 1 : 3}`);
    await served(witness);
    expect(await domainChecks(path, [process.pid, process.ppid])).toEqual([
      {
        what: `Landlock domain of process ${process.pid}`,
        desired: "the sandbox's",
        found: 'another, or none',
        holds: false,
      },
    ]);
  });

  it('does not leave out a process that hides by ending its first thread', async (context) => {
    hostNeeds(context, compiler);
    const headless = spawn(buildSandboxProcess(join(path, '..')), ['headless']);
    onTestFinished(() => void headless.kill('SIGKILL'));
    await expect.poll(() => statusField(headless.pid!, 'State')).toMatch(/^Z/);
    const { witness } = answered((asked) => `${asked}: signal: error 1`);
    await served(witness);
    expect(await domainChecks(path, [headless.pid!])).toMatchObject([{ found: 'another, or none' }]);
  });

  it.each([
    [0, 'signal', "the sandbox's"],
    [0, 'look', "the sandbox's"],
    [1, 'signal', 'another, or none'],
    [1, 'look', 'not to be seen: it lets nobody look into it'],
    [38, 'look', 'not known: the kernel answered with error 38'],
    [null, 'signal', 'not known: the witness did not answer about it'],
  ] as const)('error %s by a %s: %s', (error, by, found) => {
    expect(foundOf(error, by, () => true)).toBe(found);
  });

  it('a look that is refused about a process which lets others look tells it from those inside', () => {
    expect(foundOf(1, 'look', () => false)).toBe('another, or none');
  });
});
