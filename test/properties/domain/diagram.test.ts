import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDiagram } from '../../../compiler/domain/diagram/build.ts';
import { descend, evaluate, isPoint } from '../../../compiler/domain/diagram/diagram.ts';
import {
  ALLOWED,
  attempt,
  DENIED,
  DIMENSIONS,
  diagramOf,
  entryOf,
  formOf,
  naiveVerdict,
  type Permission,
  permission,
  permissions,
  pointOf,
} from './policies.ts';

describe('diagrams', () => {
  it('give every point the verdict that looking at every entry gives', () => {
    let allowed = 0;
    fc.assert(
      fc.property(permissions, fc.array(attempt, { minLength: 40, maxLength: 40 }), (rules, attempts) => {
        const diagram = diagramOf(rules);
        for (const tried of attempts) {
          const point = pointOf(tried);
          expect(isPoint(diagram, point)).toBe(true);
          const expected = naiveVerdict(rules, tried);
          allowed += expected;
          if (evaluate(diagram, point) !== expected) expect.fail(JSON.stringify({ rules, tried, expected }));
        }
      }),
      { numRuns: 800 },
    );
    expect(allowed).toBeGreaterThan(1000);
  });

  it('answer the same when a connection is decided first and its requests after', () => {
    fc.assert(
      fc.property(
        permissions,
        attempt,
        fc.integer({ min: 0, max: DIMENSIONS.length }),
        (rules, tried, depth) => {
          const diagram = diagramOf(rules);
          const point = pointOf(tried);
          const from = descend(diagram, point.slice(0, depth), depth);
          expect(evaluate(diagram, point, from)).toBe(evaluate(diagram, point));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('have equal bytes exactly when no point tells them apart', () => {
    let equal = 0;
    fc.assert(
      fc.property(permissions, fc.option(permission, { nil: null }), fc.nat(), (rules, extra, at) => {
        const changed = extra
          ? [...rules, extra]
          : rules.filter((_, index) => index !== at % (rules.length || 1));
        const isEqual = !differ(rules, changed);
        if (isEqual) equal += 1;
        expect(formOf(rules) === formOf(changed)).toBe(isEqual);
      }),
      { numRuns: 600 },
    );
    expect(equal).toBeGreaterThan(50);
  });

  it('have equal bytes however the same meaning is written', () => {
    fc.assert(
      fc.property(
        permissions,
        fc.array(fc.tuple(fc.nat(7), fc.nat()), { minLength: 1, maxLength: 5 }),
        (rules, steps) => {
          const rewritten = steps.reduce<readonly Permission[]>(
            (now, [kind, at]) => rewrite(now, kind, at),
            rules,
          );
          expect([rewritten, formOf(rewritten)]).toEqual([rewritten, formOf(rules)]);
        },
      ),
      { numRuns: 600 },
    );
  });
});

/** Whether some point gets another verdict: one diagram over both, with roles of their own, whose verdict is the difference. */
function differ(left: readonly Permission[], right: readonly Permission[]): boolean {
  const entries = [
    ...left.map((rule) => entryOf(rule, rule.deny ? DENIED : ALLOWED)),
    ...right.map((rule) => entryOf(rule, (rule.deny ? DENIED : ALLOWED) << 2)),
  ];
  const both = buildDiagram({
    dimensions: DIMENSIONS,
    entries,
    verdictOf: (roles) => Number(((roles & 3) === ALLOWED) !== (roles >> 2 === ALLOWED)),
  });
  if (!both.ok) throw new Error('over budget');
  const { nodes, root } = both.diagram;
  const reachesDifference = nodes.map(() => false);
  const isDifferent = (place: number) => (place < 0 ? place === -2 : reachesDifference[place]!);
  for (const [number, { partition, next }] of nodes.entries()) {
    const examples = partition.examples();
    reachesDifference[number] = next.some((place, atom) => examples[atom] !== null && isDifferent(place));
  }
  return isDifferent(root);
}

/** Rewrites without changing the meaning, one way for each kind. */
function rewrite(rules: readonly Permission[], kind: number, at: number): readonly Permission[] {
  const index = at % (rules.length || 1);
  const rule = rules[index];
  if (!rule) return rules;
  const others = rules.filter((_, other) => other !== index);
  const { hosts, ports, methods, paths } = rule;
  switch (kind) {
    case 0:
      return [...rules].reverse();
    case 1:
      return [...rules, rule];
    case 2:
      return [...rules, { ...rule, ports: [ports?.[0] ?? [2, 4]] }];
    case 3:
      return hosts ? [...others, ...hosts.map((name) => ({ ...rule, hosts: [name] }))] : rules;
    case 4:
      return ports
        ? [...others, { ...rule, ports: ports.flatMap(([low, high]) => halves(low, high)) }]
        : rules;
    case 5:
      return methods ? [...others, ...methods.map((method) => ({ ...rule, methods: [method] }))] : rules;
    case 6:
      return paths
        ? [...others, { ...rule, paths: { ...paths, any: paths.any.flatMap(otherSpelling) } }]
        : rules;
    default:
      return hosts ? [...others, { ...rule, hosts: hosts.flatMap(deeper) }] : rules;
  }
}

function halves(low: number, high: number): (readonly [number, number])[] {
  const middle = Math.floor((low + high) / 2);
  return low === high
    ? [[low, high]]
    : [
        [low, middle],
        [middle + 1, high],
      ];
}

/** `/x/**` is `/x/`, one segment more, or two and more. */
function otherSpelling(glob: string): string[] {
  if (!glob.endsWith('/**')) return [glob];
  const prefix = glob.slice(0, -2);
  return [prefix, `${prefix}*`, `${prefix}*/**`];
}

function deeper(pattern: string): string[] {
  return pattern.startsWith('**.')
    ? [pattern.replace('**.', '*.'), pattern.replace('**.', '**.*.')]
    : [pattern];
}
