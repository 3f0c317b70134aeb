import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EgressAccess } from '../../../../compiler/ir/access.ts';
import { accessForm } from '../../../../compiler/ir/audit-event/access-form.ts';
import { type AuditEvent, LONGEST_LINE, NO_LINE } from '../../../../compiler/ir/audit-event/event.ts';
import { linesOf } from '../../../../compiler/ir/audit-event/lines.ts';
import { readEvent } from '../../../../compiler/ir/audit-event/read.ts';
import { digestOfLine, lineOf } from '../../../../compiler/ir/audit-event/write.ts';
import { ALL } from '../../../../compiler/ir/extent.ts';
import { FILE_RIGHTS } from '../../../../compiler/ir/filesystem.ts';
import { benchDecision } from '../../../bench/egress/audit-events.ts';
import { logOf, SOME_DIGEST } from '../../../support/audit-log.ts';
import { events } from '../../../support/random-audit-events.ts';

const root = join(import.meta.dirname, '../../../..');
const schema = JSON.parse(readFileSync(join(root, 'schemas/audit-event.schema.json'), 'utf8')) as object;
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

const WRITTEN = {
  ...{ sequence: 7, previous: NO_LINE, time: 1_700_000_000_000, sandbox: 'a-1' },
  what: benchDecision(1),
} satisfies AuditEvent;

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

function sortedAtEveryDepth(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const keys = Array.isArray(value) ? [] : Object.keys(value);
  return (
    keys.every((key, at) => at === 0 || keys[at - 1]! < key) && Object.values(value).every(sortedAtEveryDepth)
  );
}

describe('an event', () => {
  test('is read back exactly as it was written, and is as the published schema says', () => {
    fc.assert(
      fc.property(events, (event) => {
        const line = lineOf(event);
        expect(line).not.toMatch(/\n/);
        expect(readEvent(line)).toEqual({ ok: true, event });
        const value = JSON.parse(line) as Json;
        expect(JSON.stringify(value)).toBe(line);
        if (event.what.kind === 'decision') {
          expect(line).toContain(`{"access":${JSON.stringify(accessForm(event.what.access))},`);
        }
        expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
        expect(sortedAtEveryDepth(value)).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });

  test.each([
    0,
    999_999,
    1_000_000,
    1_000_001,
    1_999_999,
    2_000_000,
    1_700_000_000_000,
    1_700_001_000_000,
    1_700_001_000_001,
    Number.MAX_SAFE_INTEGER,
    1.5,
  ])('of the time %d has it as JSON does', (at) => {
    const access = { ...(WRITTEN.what.access as EgressAccess), at };
    const line = lineOf({ ...WRITTEN, what: { ...WRITTEN.what, access } });
    expect(line).toContain(
      `{"access":{"egress":{"address":"203.0.113.7","at":${JSON.stringify(at)},"binary"`,
    );
  });

  test('of another host, method, program and sandbox than the last one has its own', () => {
    const other = {
      ...WRITTEN,
      sandbox: 'other',
      what: {
        ...WRITTEN.what,
        access: {
          ...WRITTEN.what.access,
          ...{ host: 'b.example', binary: '/b', address: '203.0.113.8' },
          http: { method: 'PUT', path: '/', query: [], operations: ALL },
        },
        process: { pid: 1, binary: '/b' },
      },
    };
    for (const event of [WRITTEN, other, WRITTEN, WRITTEN, other])
      expect(readEvent(lineOf(event))).toEqual({ ok: true, event });
  });

  test('that the schema refuses is refused by the reader as well', () => {
    const strange = fc.oneof(
      fc.constantFrom<Json>(null, true, '', 'x', -1, 0, 1, 1.5, 1e300, [], {}, ['x'], { name: 'x' }),
    );
    let refused = 0;
    fc.assert(
      fc.property(
        events,
        fc.nat(),
        fc.constantFrom('replace', 'remove', 'add'),
        strange,
        (event, where, how, value) => {
          const document = JSON.parse(lineOf(event)) as { [key: string]: Json };
          const holders = collections(document);
          const holder = holders[where % holders.length]!;
          const keys = Object.keys(holder);
          const key = keys[where % Math.max(1, keys.length)] ?? 'x';
          if (how === 'remove') delete holder[key];
          else holder[how === 'add' ? 'strange' : key] = value;
          if (validate(document)) return;
          refused++;
          expect(readEvent(JSON.stringify(document)).ok, JSON.stringify(validate.errors)).toBe(false);
        },
      ),
      { numRuns: 1500 },
    );
    expect(refused).toBeGreaterThan(500);
  });
});

function collections(value: Json): { [key: string]: Json }[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.values(value).flatMap(collections);
  return Array.isArray(value) ? below : [value, ...below];
}

describe('the reader says what is wrong', () => {
  const event: AuditEvent = {
    sequence: 3,
    previous: NO_LINE,
    time: 0,
    sandbox: 'a',
    what: {
      kind: 'decision',
      policy: SOME_DIGEST,
      commit: null,
      access: { facet: 'filesystem', path: '/x', right: 'read_file' },
      why: 'not-granted',
      grant: null,
      process: null,
      request: null,
      credentials: [],
    },
  };
  const line = lineOf(event);

  test.each([
    ['', 'it is not JSON'],
    ['[]', 'the event is no object'],
    [line.replace('"version":1', '"version":2'), 'its version is 2, and 1 is known'],
    [line.replace(',"version":1', ''), 'the event has no `version`'],
    [line.replace('"sequence":3', '"sequence":3,"x":1'), 'the event has the unknown key `x`'],
    [
      line.replace('"decision"', '"happened"'),
      'the event has none of opened, policy, kept, allowed, malformed, decision, end, checkpoint, closed',
    ],
    [
      line.replace('{"decision"', '{"closed":{"why":"stopped"},"decision"'),
      'the event has several of opened, policy, kept, allowed, malformed, decision, end, checkpoint, closed',
    ],
    [line.replace('read_file', 'read'), `\`right\` is none of ${FILE_RIGHTS.join(', ')}`],
    [line.replace('"verdict":"deny"', '"verdict":"allow"'), '`allow` is not because of `not-granted`'],
    [line.replace('not-granted', 'denied'), '`denied` names no `grant`'],
    [line.replace('1970-01-01', '1970-02-30'), '`time` is no time such as `2026-01-31T18:00:00.000Z`'],
    [line.replace('"sequence":3', '"sequence":3.0'), 'it is not in the one spelling of an event'],
    [line.replace('"why"', '"why":"denied","why"'), 'it is not in the one spelling of an event'],
    [` ${line}`, 'it is not in the one spelling of an event'],
    [line.replace('0000"', '000"'), '`previous` is no digest'],
  ])('of %j', (written, problem) => {
    expect(readEvent(written)).toEqual({ ok: false, problem });
  });
});

describe('the lines of a stream', () => {
  const bytes = (written: string) => new TextEncoder().encode(written);
  /** Chunks as the reader of files gives them: one buffer that is filled again and again. */
  function* refilled(all: Uint8Array, size: number): Generator<Uint8Array> {
    const buffer = Buffer.alloc(size);
    for (let at = 0; at < all.length; at += size) {
      const length = Math.min(size, all.length - at);
      buffer.fill(0);
      buffer.set(all.subarray(at, at + length));
      yield buffer.subarray(0, length);
    }
  }

  test.each([1, 2, 7, 1000])('are the same in chunks of %i bytes', (size) => {
    const log = logOf([
      { kind: 'opened', tool: '0', signing: null, recovered: null },
      { kind: 'closed', why: 'stopped', signed: null },
    ]);
    const written = `${log}\nä without a break at the end`;
    const found = [...linesOf(refilled(bytes(written), size))];
    expect(found.map((one) => [one.number, Buffer.from(one.bytes!).toString()])).toEqual(
      written.split('\n').map((one, at) => [at + 1, one]),
    );
    for (const one of found) expect(one.digest).toBe(digestOfLine(one.bytes!));
  });

  test('over the limit are passed over, with their digest, and the next ones are found', () => {
    const long = 'x'.repeat(LONGEST_LINE + 1);
    const most = 'y'.repeat(LONGEST_LINE);
    const found = [...linesOf(refilled(bytes(`${long}\n${most}\nz\n`), 1000))];
    expect(found.map((one) => one.bytes?.length ?? null)).toEqual([null, LONGEST_LINE, 1]);
    expect(found[0]!.digest).toBe(digestOfLine(long));
  });

  test('of nothing are none', () => {
    expect([...linesOf([])]).toEqual([]);
    expect([...linesOf([bytes('')])]).toEqual([]);
  });
});

test('what was refused carries no credential, and what was allowed has a list only where it carries one', () => {
  const access = { facet: 'filesystem', path: '/x', right: 'read_file' };
  const what = {
    kind: 'decision',
    policy: SOME_DIGEST,
    commit: null,
    access,
    why: 'granted',
    process: null,
    request: null,
  } as const;
  const grant = {
    id: 'g',
    file: 'a.yaml',
    line: 1,
    column: 1,
    trail: [],
    owner: null,
    approvedBy: null,
    ticket: null,
    request: null,
  };
  const lineWith = (credentials: readonly string[]) =>
    lineOf({
      ...{ sequence: 1, previous: NO_LINE, time: 0, sandbox: 'a' },
      what: { ...what, grant, credentials },
    } as AuditEvent);
  const line = lineWith(['github']);
  expect(line).toContain('"credentials":["github"],"grant"');
  expect(readEvent(line)).toMatchObject({ ok: true, event: { what: { credentials: ['github'] } } });
  expect(lineWith([])).not.toContain('credentials');
  const refused = line.replace('"verdict":"allow","why":"granted"', '"verdict":"deny","why":"denied"');
  expect(readEvent(refused)).toEqual({ ok: false, problem: '`denied` has `credentials`' });
  expect(validate(JSON.parse(line))).toBe(true);
});
