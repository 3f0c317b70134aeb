import fc from 'fast-check';
import { missingSteps } from '../../../../compiler/backends/launch-plan/encode.ts';
import {
  CORE_NAMESPACES,
  type LaunchPlan,
  NAMESPACES,
  type Namespace,
  type PlanIdentity,
  type PlanMount,
} from '../../../../compiler/backends/launch-plan/format.ts';
import { ARCHITECTURES } from '../../../../compiler/backends/target.ts';

const segment = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  .map((text) => text.replace(/[/\0]|\p{Surrogate}/gu, '_'));
const path = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => `/${segments.join('/')}`);

/** A path and how far links are followed in it: nowhere, or down to the end of one of its segments. */
const place = fc.tuple(path, fc.nat()).map(([text, cut]) => {
  const ends = [0, ...Array.from(text.matchAll(/[^/]+/g), ({ index, 0: found }) => index + found.length)];
  return { path: text, followTo: ends[cut % ends.length]! };
});

const number = fc.maxSafeNat();
const id = fc.nat({ max: 0xffff_fffe });

const mounts = fc
  .array(
    fc.record({
      place,
      kind: fc.constantFrom<PlanMount['kind']>('folder', 'bind', 'scratch', 'hidden', 'proc'),
      readOnly: fc.boolean(),
      noExecute: fc.boolean(),
      optional: fc.boolean(),
      create: fc.boolean(),
      sizeBytes: fc.option(number.filter((size) => size > 0)),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((all) => all.map(({ place: where, ...mount }): PlanMount => ({ ...mount, ...where })));

const landlock = fc.record({
  requiredAbi: fc.nat(20),
  bestEffort: fc.boolean(),
  handledFs: fc.integer({ min: 1, max: 0xffff }),
  handledNet: fc.nat(3),
  scoped: fc.nat(3),
  rules: fc.array(
    fc
      .record({ place, rights: fc.nat(0xffff), optional: fc.boolean() })
      .map(({ place: where, ...rule }) => ({ ...rule, ...where })),
    { maxLength: 6 },
  ),
});

const filter = fc
  .uint8Array({ minLength: 1, maxLength: 6 })
  .map((bytes) => new Uint8Array(bytes.length * 8).map((_, i) => bytes[i % bytes.length]!));

const filled = fc.record({
  architecture: fc.constantFrom(...ARCHITECTURES),
  hasNamespaces: fc.boolean(),
  extra: fc.subarray<Namespace>(['cgroup', 'user']),
  switches: fc.boolean(),
  ids: fc.option(fc.record({ uid: id, gid: id })),
  newSession: fc.boolean(),
  dropsBoundingSet: fc.boolean(),
  view: fc.option(mounts),
  landlock: fc.option(landlock),
  limits: fc.array(fc.record({ name: segment, resource: fc.nat(15), maximum: number }), { maxLength: 4 }),
  filter: fc.option(filter),
  workdir: path,
});

/** Any plan that does not contradict itself. */
export const anyPlan: fc.Arbitrary<LaunchPlan> = filled.map(
  ({ hasNamespaces, extra, switches, ids, view, ...rest }): LaunchPlan => {
    const wanted = [...CORE_NAMESPACES, ...extra];
    const namespaces = hasNamespaces
      ? (Object.keys(NAMESPACES) as Namespace[]).filter((namespace) => wanted.includes(namespace))
      : [];
    const isMapped = namespaces.includes('user');
    const identity: PlanIdentity =
      ids === null
        ? { kind: 'invoker' }
        : { kind: isMapped ? 'mapped' : switches ? 'switched' : 'required', ...ids };
    const plan = { ...rest, namespaces, identity, view: hasNamespaces ? view : null };
    return { ...plan, waived: missingSteps(plan) };
  },
);
