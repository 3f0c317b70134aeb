import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GRAPHQL_TYPES } from '../../../../compiler/frontend/blueprint/inner-protocol.ts';
import type { Access } from '../../../../compiler/ir/access.ts';
import {
  type AuditEvent,
  type Happening,
  LONGEST_LINE,
  NO_LINE,
  REASONS_WITHOUT_GRANT,
  VERDICT_REASONS,
} from '../../../../compiler/ir/audit-event/event.ts';
import { linesOf } from '../../../../compiler/ir/audit-event/lines.ts';
import { readEvent } from '../../../../compiler/ir/audit-event/read.ts';
import { digestOfLine, lineOf } from '../../../../compiler/ir/audit-event/write.ts';
import { ALL, NONE, only } from '../../../../compiler/ir/extent.ts';
import { FILE_RIGHTS } from '../../../../compiler/ir/filesystem.ts';
import type { Operation, Operations } from '../../../../compiler/ir/operation.ts';
import { RESOURCE_UNITS, type ResourceName } from '../../../../compiler/ir/resources.ts';
import { logOf, SOME_DIGEST } from '../../../support/audit-log.ts';

const root = join(import.meta.dirname, '../../../..');
const schema = JSON.parse(readFileSync(join(root, 'schemas/audit-event.schema.json'), 'utf8')) as object;
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

// Any text, halves of surrogate pairs included: what an agent asks for need not be well-formed.
const text = fc.string({ unit: 'binary' });
const hex64 = fc.stringMatching(/^[0-9a-f]{64}$/);
const count = fc.nat(Number.MAX_SAFE_INTEGER);
const nullable = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.constant({ kind: 'upgrade' } as const),
  fc.constant({ kind: 'answer' } as const),
  fc.record({ kind: fc.constant('message' as const), text: nullable(text) }),
  fc.record({ kind: fc.constant('call' as const), method: text, tool: nullable(text) }),
  fc.record({
    kind: fc.constant('graphql' as const),
    type: fc.constantFrom(...GRAPHQL_TYPES),
    name: nullable(text),
    fields: fc.tuple(text, text),
  }),
);
const operations: fc.Arbitrary<Operations> = fc.oneof(
  fc.constant(ALL),
  fc.constant(NONE),
  fc.tuple(operation, operation).map((some) => only(some)),
);

const accesses: fc.Arbitrary<Access> = fc.oneof(
  fc.record({
    facet: fc.constant('filesystem' as const),
    path: text,
    right: fc.constantFrom(...FILE_RIGHTS),
  }),
  fc.record({
    facet: fc.constant('syscalls' as const),
    name: text,
    args: fc.array(fc.bigInt(0n, 2n ** 64n - 1n), { maxLength: 6 }),
  }),
  fc.record({ facet: fc.constant('process' as const), environment: text }),
  fc.record({ facet: fc.constant('process' as const), uid: fc.nat(0xffff_ffff) }),
  fc.constant({ facet: 'process', reaches: 'process-outside' } as const),
  fc.record({
    facet: fc.constant('egress' as const),
    host: text,
    port: fc.integer({ min: 1, max: 65_535 }),
    binary: text,
    sha256: nullable(hex64),
    address: nullable(text),
    http: nullable(
      fc.record({
        method: text,
        path: text,
        query: fc.array(fc.tuple(text, text), { maxLength: 3 }),
        operations,
      }),
    ),
    at: fc.maxSafeInteger().map((at) => at + 0),
  }),
  fc.record({ facet: fc.constant('inference' as const), route: text, model: text }),
  fc.record({
    facet: fc.constant('resources' as const),
    resource: fc.constantFrom(...(Object.keys(RESOURCE_UNITS) as ResourceName[])),
    amount: count,
  }),
);

const grants = fc.record({
  id: text,
  file: text,
  line: fc.integer({ min: 1, max: 1e6 }),
  column: fc.integer({ min: 1, max: 1e6 }),
  trail: fc.array(text, { maxLength: 3 }),
  owner: nullable(text),
  approvedBy: nullable(text),
  ticket: nullable(text),
});

const digests = hex64.map((hex) => `sha256:${hex}` as const);

const happenings: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('opened' as const), tool: text }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('policy' as const), policy: digests }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      decision: count,
      sent: count,
      received: count,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('checkpoint' as const), key: text, signature: text }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('closed' as const),
      why: fc.constantFrom('rotated' as const, 'stopped' as const),
    }),
  },
  {
    weight: 8,
    arbitrary: fc
      .record({
        kind: fc.constant('decision' as const),
        policy: digests,
        access: accesses,
        why: fc.constantFrom(...VERDICT_REASONS),
        grant: grants,
        process: nullable(fc.record({ pid: fc.integer({ min: 1, max: 0x7fff_ffff }), binary: text })),
      })
      .map((event) => ({ ...event, grant: REASONS_WITHOUT_GRANT.includes(event.why) ? null : event.grant })),
  },
);

const events: fc.Arbitrary<AuditEvent> = fc.record({
  sequence: count,
  previous: digests,
  time: fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }),
  sandbox: text,
  what: happenings,
});

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
        expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
        expect(sortedAtEveryDepth(value)).toBe(true);
      }),
      { numRuns: 1500 },
    );
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
      access: { facet: 'filesystem', path: '/x', right: 'read_file' },
      why: 'not-granted',
      grant: null,
      process: null,
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
      'the event has none of opened, policy, decision, end, checkpoint, closed',
    ],
    [
      line.replace('{"decision"', '{"closed":{"why":"stopped"},"decision"'),
      'the event has several of opened, policy, decision, end, checkpoint, closed',
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
      { kind: 'opened', tool: '0' },
      { kind: 'closed', why: 'stopped' },
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
