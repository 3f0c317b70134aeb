import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COVERS_NOTHING, type Coverage, type FacetCoverage } from '../../../compiler/backends/coverage.ts';
import { combineCoverage, gate } from '../../../compiler/backends/gate.ts';
import { FACETS, type Facet } from '../../../compiler/ir/facet.ts';
import { policyOf } from '../../support/policies.ts';

const EXACT: FacetCoverage = { kind: 'exact' };
const STRICTER: FacetCoverage = { kind: 'stricter', why: 'less' };
const NONE: FacetCoverage = { kind: 'none' };

function looser(gap: string): FacetCoverage {
  const witness = { facet: 'filesystem', path: '/sandbox/.openclaw', right: 'write_file' } as const;
  return { kind: 'looser', gap, why: 'rules add up', witness };
}

function covering(filesystem: FacetCoverage) {
  return { coverage: { ...COVERS_NOTHING, filesystem } };
}

const EVERYTHING: Coverage = Object.fromEntries(FACETS.map((facet) => [facet, EXACT])) as Coverage;

function gateFiles(said: readonly FacetCoverage[], waivers: readonly string[] = [], bestEffort = false) {
  const policy = policyOf({ waivers, landlock: bestEffort ? 'best_effort' : 'hard_requirement' });
  const rest = { coverage: { ...EVERYTHING, filesystem: NONE } };
  return gate(policy, [rest, ...said.map(covering)]);
}

const codes = (found: { diagnostics: readonly { code: string }[] }) =>
  found.diagnostics.map(({ code }) => code);

describe('coverage together', () => {
  const files = (...said: FacetCoverage[]) => combineCoverage(said.map(covering)).filesystem;

  it('takes one exact mechanism for the whole', () => {
    expect(files(looser('filesystem/a'), EXACT, NONE)).toEqual(EXACT);
  });
  it('is stricter where any mechanism is', () => expect(files(EXACT, STRICTER)).toEqual(STRICTER));
  it('is stricter even beside a looser one', () =>
    expect(files(STRICTER, looser('filesystem/a'))).toEqual(STRICTER));
  it('lets the last of the looser ones speak', () => {
    expect(files(looser('filesystem/a'), NONE, looser('filesystem/b'), NONE)).toEqual(looser('filesystem/b'));
  });
  it('is none where nobody cares', () => expect(files(NONE, NONE)).toEqual(NONE));

  it('never claims more than the intersection of what the mechanisms let through', () => {
    const universe = [0, 1, 2, 3];
    const sets = fc.subarray(universe).map((members) => new Set(members));
    const mechanism = fc.option(sets, { nil: null });
    fc.assert(
      fc.property(sets, fc.array(mechanism, { maxLength: 5 }), (granted, mechanisms) => {
        const through = universe.filter((access) =>
          mechanisms.every((one) => one === null || one.has(access)),
        );
        const combined = files(...mechanisms.map((one) => truthOf(granted, one, universe)));
        const loose = through.filter((access) => !granted.has(access));
        const lost = [...granted].filter((access) => !through.includes(access));
        if (combined.kind === 'exact' || combined.kind === 'stricter') expect(loose).toEqual([]);
        if (combined.kind === 'stricter') expect(lost).not.toEqual([]);
        if (combined.kind === 'none') expect(mechanisms.every((one) => one === null)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('does not depend on the order but for which gap is named', () => {
    const any = fc.constantFrom(EXACT, STRICTER, NONE, looser('filesystem/a'), looser('filesystem/b'));
    fc.assert(
      fc.property(fc.array(any, { maxLength: 5 }), (said) => {
        expect(files(...said.toReversed()).kind).toBe(files(...said).kind);
      }),
    );
  });
});

function truthOf(granted: Set<number>, through: Set<number> | null, universe: number[]): FacetCoverage {
  if (through === null) return NONE;
  if (universe.some((access) => through.has(access) && !granted.has(access))) return looser('filesystem/a');
  return [...granted].every((access) => through.has(access)) ? EXACT : STRICTER;
}

describe('the gate', () => {
  it('opens where every facet is exact or stricter', () => {
    expect(gateFiles([EXACT]).diagnostics).toEqual([]);
    expect(gateFiles([STRICTER])).toEqual({
      coverage: { ...EVERYTHING, filesystem: STRICTER },
      diagnostics: [],
    });
  });

  it('stays shut for a looser facet and says what the agent could do and what to write', () => {
    const { diagnostics } = gateFiles([looser('filesystem/landlock-additive')]);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({
      code: 'NC1600',
      name: 'coverage/looser',
      severity: 'error',
      message:
        '`filesystem` is not enforced as written: the agent could write `/sandbox/.openclaw`, which is denied; rules add up',
      help: expect.stringContaining('`- gap: filesystem/landlock-additive`'),
    });
  });

  it('stays shut for a facet that nothing covers', () => {
    const { diagnostics } = gateFiles([NONE]);
    expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ['NC1601', 'nothing on this target enforces `filesystem`'],
    ]);
    expect(diagnostics[0]!.help).toContain('filesystem/none');
  });

  it('opens for a gap that is accepted by its name, and says so each time', () => {
    const accepted = gateFiles([looser('filesystem/a')], ['filesystem/a']);
    expect(accepted.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['NC1603', 'note']]);
    expect(accepted.diagnostics[0]!.message).toContain('the agent can write `/sandbox/.openclaw`');
    expect(codes(gateFiles([NONE], ['filesystem/none']))).toEqual(['NC1603']);
  });

  it('accepts the gap of any one mechanism, because all of them stand', () => {
    expect(codes(gateFiles([looser('filesystem/a'), looser('filesystem/b')], ['filesystem/a']))).toEqual([
      'NC1603',
    ]);
  });

  it('does not open for another gap, and then says that the acceptance is not used', () => {
    const found = gateFiles([looser('filesystem/a')], ['filesystem/b']);
    expect(codes(found)).toEqual(['NC1600', 'NC1602']);
    expect(found.diagnostics[1]).toMatchObject({
      severity: 'warning',
      message: '`filesystem/b` is accepted, but this target has no such gap',
    });
  });

  it('warns of an acceptance that nothing needs', () => {
    expect(codes(gateFiles([EXACT], ['filesystem/a', 'nonsense']))).toEqual(['NC1602', 'NC1602']);
  });

  it('takes best effort for the acceptance of what an old kernel cannot refuse, and of nothing else', () => {
    expect(codes(gateFiles([looser('filesystem/landlock-abi')], [], true))).toEqual(['NC1603']);
    expect(codes(gateFiles([looser('filesystem/landlock-additive')], [], true))).toEqual(['NC1600']);
    expect(codes(gateFiles([looser('filesystem/landlock-abi')]))).toEqual(['NC1600']);
  });

  it('opens exactly when every facet is covered or accepted', () => {
    const gaps = (facet: Facet) => [`${facet}/a`, `${facet}/b`];
    const said = (facet: Facet) =>
      fc.constantFrom(EXACT, STRICTER, NONE, ...gaps(facet).map((gap) => looser(gap)));
    const coverage = fc.record(Object.fromEntries(FACETS.map((facet) => [facet, said(facet)])));
    const names = FACETS.flatMap((facet) => [...gaps(facet), `${facet}/none`]);
    fc.assert(
      fc.property(fc.array(coverage, { maxLength: 3 }), fc.subarray(names), (coverages, waivers) => {
        const emissions = coverages.map((one) => ({ coverage: one as unknown as Coverage }));
        const { diagnostics } = gate(policyOf({ waivers }), emissions);
        const isFine = (facet: Facet) => {
          const all = emissions.map((one) => one.coverage[facet]);
          if (all.some(({ kind }) => kind === 'exact' || kind === 'stricter')) return true;
          const loose = all.flatMap((one) => (one.kind === 'looser' ? [one.gap] : []));
          return (loose.length === 0 ? [`${facet}/none`] : loose).some((gap) => waivers.includes(gap));
        };
        expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(!FACETS.every(isFine));
      }),
    );
  });
});
