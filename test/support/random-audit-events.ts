import fc from 'fast-check';
import { GRAPHQL_TYPES } from '../../compiler/frontend/blueprint/inner-protocol.ts';
import type { Access } from '../../compiler/ir/access.ts';
import {
  type AuditEvent,
  type Happening,
  REASONS_WITHOUT_GRANT,
  VERDICT_REASONS,
  verdictOf,
} from '../../compiler/ir/audit-event/event.ts';
import { ALL, NONE, only } from '../../compiler/ir/extent.ts';
import { FILE_RIGHTS } from '../../compiler/ir/filesystem.ts';
import type { Operation, Operations } from '../../compiler/ir/operation.ts';
import { RESOURCE_UNITS, type ResourceName } from '../../compiler/ir/resources.ts';

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
  request: nullable(text),
});

const digests = hex64.map((hex) => `sha256:${hex}` as const);

const commits = nullable(
  fc.oneof(
    hex64,
    hex64.map((hex) => hex.slice(0, 40)),
  ),
);

const signatures = fc.record({
  key: digests,
  signature: fc.stringMatching(/^[A-Za-z0-9+/]{86}$/).map((start) => `${start}==`),
});
const processes = fc.record({ pid: fc.integer({ min: 1, max: 0x7fff_ffff }), binary: text });

const happenings: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('opened' as const),
      tool: text,
      signing: nullable(
        fc.record({
          publicKey: fc.stringMatching(/^[A-Za-z0-9+/]{43}$/).map((end) => `MCowBQYDK2VwAyEA${end}=`),
          every: fc.integer({ min: 1 }),
        }),
      ),
      recovered: nullable(fc.record({ bytes: fc.integer({ min: 1 }), kept: text })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('kept' as const), policy: nullable(digests), problem: text }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('allowed' as const),
      request: text,
      by: text,
      reason: text,
      until: fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('malformed' as const),
      problem: text,
      asked: nullable(text),
      process: nullable(processes),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('policy' as const), policy: digests, commit: commits }),
  },
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
    arbitrary: fc.record({ kind: fc.constant('checkpoint' as const), signed: signatures }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('closed' as const),
      why: fc.constantFrom('rotated' as const, 'stopped' as const),
      signed: nullable(signatures),
    }),
  },
  {
    weight: 8,
    arbitrary: fc
      .record({
        kind: fc.constant('decision' as const),
        policy: digests,
        commit: commits,
        access: accesses,
        why: fc.constantFrom(...VERDICT_REASONS),
        grant: grants,
        process: nullable(processes),
        request: nullable(text),
        credentials: fc.array(text, { maxLength: 2 }),
      })
      .map((event) => ({
        ...event,
        grant: REASONS_WITHOUT_GRANT.includes(event.why) ? null : event.grant,
        credentials: verdictOf(event.why) === 'deny' ? [] : event.credentials,
      })),
  },
);

/** Events of every kind, with any text that a line can hold. */
export const events: fc.Arbitrary<AuditEvent> = fc.record({
  sequence: count,
  previous: digests,
  time: fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }),
  sandbox: text,
  what: happenings,
});
