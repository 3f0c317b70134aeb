import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRequestFolder, writeAnswer } from '../../../../runtime/approvals/requests/folder.ts';
import { openRequests } from '../../../../runtime/approvals/requests/open-requests.ts';
import { BOUNDS, PendingRequests } from '../../../../runtime/approvals/requests/pending-requests.ts';
import { type Answer, ASKABLE_REASONS } from '../../../../runtime/approvals/requests/request.ts';
import {
  documentText,
  readAnswer,
  readRequest,
  requestForm,
} from '../../../../runtime/approvals/requests/request-form.ts';
import { SOME_DIGEST } from '../../../support/audit-log.ts';
import { accessTo, refusalTo, START } from '../../../support/refusals.ts';

const root = join(import.meta.dirname, '../../../..');
const validator = (name: string) =>
  new Ajv2020({ strict: true }).compile(
    JSON.parse(readFileSync(join(root, `schemas/${name}.schema.json`), 'utf8')) as object,
  );
const folderOf = () => join(mkdtempSync(join(tmpdir(), 'nemoclaw-requests-')), 'requests');

function opened(folder: string, failures: Error[] = [], lookAfter = 200) {
  return openRequests({
    sandbox: 'a-1',
    folder,
    writeAfter: 5,
    lookAfter,
    failed: (error) => failures.push(error),
  });
}

/** A folder with one request, and its id. */
async function withOne() {
  const folder = folderOf();
  const one = opened(folder);
  const { id } = one.requests.refused(refusalTo(accessTo('a.example', '/x')))!;
  one.requests.written(id, { sequence: 4, digest: SOME_DIGEST });
  await one.close();
  return { folder, id, requests: one.requests };
}

const ANSWERS: readonly Answer[] = [
  { kind: 'denied', by: 'alice', at: START, reason: 'no "need"\n' },
  { kind: 'proposed', by: 'bob', at: START, where: 'https://github.example/o/r/pull/7' },
  { kind: 'allowed', by: 'carol', at: START, reason: 'outage', until: START + 900_000 },
];

describe('a folder of requests', () => {
  test('gives back what was written, of the published form and for this user alone', async () => {
    const { folder, id, requests } = await withOne();
    const path = join(folder, `${id}.json`);
    const validate = validator('request');
    expect(validate(JSON.parse(readFileSync(path, 'utf8'))), JSON.stringify(validate.errors)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const again = opened(folder);
    expect(again.requests.requests).toEqual(requests.requests);
    expect(again.damaged).toEqual([]);
    expect(again.requests.refused(refusalTo(accessTo('a.example', '/x')))).toMatchObject({
      id,
      isNew: false,
    });
  });

  test('is written behind the back of whoever asks, and leaves nothing unfinished', async () => {
    const folder = folderOf();
    const { requests } = opened(folder);
    for (let n = 0; n < 20; n += 1) requests.refused(refusalTo(accessTo(`h${n}.example`)));
    expect(readdirSync(folder)).toEqual(['answers']);
    await expect.poll(() => readRequestFolder(folder).requests.length, { timeout: 5000 }).toBe(20);
    await expect.poll(() => readdirSync(folder).length).toBe(21);
  });

  test('keeps the overflow', async () => {
    const folder = folderOf();
    const bounds = { ...BOUNDS, pending: 1 };
    const one = openRequests({ sandbox: 'a-1', folder, bounds, failed: () => {} });
    for (const host of ['a', 'b', 'c']) one.requests.refused(refusalTo(accessTo(host)));
    one.requests.written(null, { sequence: 2, digest: SOME_DIGEST });
    await one.close();
    expect(opened(folder).requests.overflow).toEqual({ count: 2, first: START, last: START, counted: 2 });
  });

  test.each(ANSWERS)('takes over that a person answered: $kind', async (answer) => {
    const { folder, id } = await withOne();
    const { requests, refresh } = opened(folder);
    refresh();
    expect(requests.answerTo(id)).toBeNull();
    writeAnswer(folder, id, answer);
    const path = join(folder, 'answers', `${id}.json`);
    const validate = validator('request-answer');
    expect(validate(JSON.parse(readFileSync(path, 'utf8'))), JSON.stringify(validate.errors)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const told = () => requests.refused(refusalTo(accessTo('a.example', '/x')))!.answer;
    await expect.poll(told, { timeout: 3000 }).toEqual(answer);
    expect(opened(folder).requests.answerTo(id)).toEqual(answer);
  });

  test('sees a second answer that leaves the folder with the same time', async () => {
    const { folder, id } = await withOne();
    const { requests, refresh } = opened(folder, [], 0);
    const answers = join(folder, 'answers');
    // Within a tick of the kernel's clock; an hour ahead, so that a slow machine is within it, too.
    const tick = new Date(Date.now() + 3_600_000);
    const seen = ANSWERS.map((answer) => {
      writeAnswer(folder, id, answer);
      utimesSync(answers, tick, tick);
      refresh();
      return requests.answerTo(id)?.kind;
    });
    expect(seen).toEqual(['denied', 'proposed', 'allowed']);
  });

  test('forgets a request with its answer', async () => {
    const folder = folderOf();
    const bounds = { ...BOUNDS, all: 1 };
    const one = openRequests({ sandbox: 'a-1', folder, bounds, lookAfter: 0, failed: () => {} });
    const { id } = one.requests.refused(refusalTo(accessTo('a')))!;
    writeAnswer(folder, id, ANSWERS[0]!);
    one.refresh();
    expect(one.requests.refused(refusalTo(accessTo('b')))).toMatchObject({ isNew: true });
    await one.close();
    const left = readRequestFolder(folder);
    expect(left.requests.map(({ asked }) => asked.host)).toEqual(['b']);
    expect(left.answers.size).toBe(0);
  });

  test('says when the disk refuses, and goes on', async () => {
    const failures: Error[] = [];
    const folder = folderOf();
    const one = opened(folder, failures);
    const { id } = one.requests.refused(refusalTo(accessTo('a')))!;
    mkdirSync(join(folder, `${id}.json`));
    await one.flush();
    expect(failures.map(({ message }) => message)).toEqual([expect.stringContaining('EISDIR')]);
    expect(one.requests.refused(refusalTo(accessTo('a')))!.isNew).toBe(false);
    rmdirSync(join(folder, `${id}.json`));
    await one.close();
    expect(readRequestFolder(folder).requests).toMatchObject([{ id, count: 2 }]);
  });
});

describe('what is no request', () => {
  const damage: readonly [string, (text: string, id: string) => string, string][] = [
    ['is cut', (text) => text.slice(0, 100), 'it is not JSON'],
    [
      'has a key twice',
      (text) => text.replace('"version"', '"count": 1,\n  "version"'),
      'it is not in its one spelling',
    ],
    [
      'has an unknown key',
      (text) => text.replace('"version"', '"more": 1,\n  "version"'),
      'the document has the unknown key `more`',
    ],
    [
      'is of another version',
      (text) => text.replace('"version": 1', '"version": 2'),
      'its version is 2, and 1 is known',
    ],
    [
      'stands for another access',
      (text) => text.replace('a.example', 'b.example'),
      '`id` is not the one of what was asked',
    ],
    [
      'stands for another sandbox',
      (text) => text.replace('"a-1"', '"a-2"'),
      '`id` is not the one of what was asked',
    ],
    [
      'counts nothing',
      (text) => text.replace('"count": 1', '"count": 0'),
      '`count` is no whole number from 1 to 9007199254740991',
    ],
    [
      'has a reason that no request has',
      (text) => text.replace('not-granted', 'granted'),
      '`why` is none of denied, not-included, expired, not-granted',
    ],
    [
      'has a wrong time',
      (text) => text.replace(/"first": "[^"]*"/, '"first": "yesterday"'),
      '`first` is no time such as `2026-01-31T18:00:00.000Z`',
    ],
  ];

  test.each(damage)('a file that %s is passed over and named', async (_name, change, problem) => {
    const { folder, id } = await withOne();
    const path = join(folder, `${id}.json`);
    writeFileSync(path, change(readFileSync(path, 'utf8'), id));
    const { requests, damaged } = opened(folder);
    expect(damaged).toEqual([{ path, problem }]);
    expect(requests.size).toBe(0);
  });

  test('a request of another sandbox', async () => {
    const { folder, id } = await withOne();
    const other = openRequests({ sandbox: 'a-2', folder, failed: () => {} });
    expect(other.damaged).toEqual([
      { path: join(folder, `${id}.json`), problem: 'it is of another sandbox' },
    ]);
    expect(other.requests.size).toBe(0);
  });

  test('a link, and a file of another name', async () => {
    const { folder, id } = await withOne();
    const path = join(folder, `${id}.json`);
    writeFileSync(join(folder, 'req-000000000000.json'), readFileSync(path));
    symlinkSync('/etc/passwd', join(folder, 'req-111111111111.json'));
    writeFileSync(join(folder, 'req-222222222222.json'), ' '.repeat(70_000));
    expect(opened(folder).damaged).toEqual([
      { path: join(folder, 'req-000000000000.json'), problem: 'it is named after another request' },
      { path: join(folder, 'req-111111111111.json'), problem: 'it is no plain file' },
      { path: join(folder, 'req-222222222222.json'), problem: 'it has more than 65536 bytes' },
    ]);
  });

  test('whatever was asked for is read back exactly', () => {
    const text = fc.string({ unit: 'binary' });
    const store = new PendingRequests('a-1', { pending: 1e6, all: 1e6, rate: { burst: 1e6, interval: 1 } });
    fc.assert(
      fc.property(
        text,
        text,
        text,
        text,
        fc.constantFrom(...ASKABLE_REASONS),
        (host, binary, path, because, why) => {
          const access = accessTo(host, `/${path}`, { binary });
          const nearest = { id: because, file: path, line: 1, column: 1 };
          const { id } = store.refused(
            refusalTo(access, { why, explain: () => ({ because, nearest, protocol: 'mcp' }) }),
          )!;
          const request = store.find(id)!;
          expect(readRequest(documentText(requestForm(request)))).toEqual({ ok: true, value: request });
        },
      ),
    );
  });

  test('an answer that says more or less than it should', () => {
    const text = (more: object) =>
      `${JSON.stringify({ version: 1, request: 'req-0123456789ab', answer: 'denied', by: 'a', at: '2026-01-01T00:00:00.000Z', ...more }, null, 2)}\n`;
    expect(readAnswer(text({ reason: 'x' }))).toMatchObject({ ok: true });
    expect(readAnswer(text({}))).toEqual({ ok: false, problem: 'the document has no `reason`' });
    expect(readAnswer(text({ reason: 'x', until: '2026-01-01T00:00:00.000Z' }))).toEqual({
      ok: false,
      problem: 'the document has the unknown key `until`',
    });
    expect(readRequest('[]')).toEqual({ ok: false, problem: 'the document is no object' });
  });
});
