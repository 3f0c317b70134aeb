import type { Coverage, FacetCoverage } from '../../compiler/backends/coverage.ts';
import { combineCoverage } from '../../compiler/backends/gate.ts';
import { emitAll } from '../../compiler/bundle/emit-all.ts';
import type { Palette } from '../../compiler/diagnostics/render/palette.ts';
import { visible } from '../../compiler/diagnostics/render/visible.ts';
import { FACETS, type Facet } from '../../compiler/ir/facet.ts';
import type { Comparison } from '../../compiler/report/difference/comparison.ts';
import { differenceJson } from '../../compiler/report/difference/json.ts';
import { differenceText } from '../../compiler/report/difference/text.ts';
import { NONE_OPEN } from '../other-folders.ts';
import { comparePair, type PairSide } from '../policy-pair.ts';
import type { Candidate } from './candidate.ts';
import { type LoadedBundle, sourceReader } from './loaded-bundle.ts';
import { type Touched, touchedBy } from './mixing.ts';

/** What applying would do, before anything is done. */
export interface ChangePlan {
  /** The generation in force; null where there is none. */
  readonly from: number | null;
  readonly comparison: Comparison | null;
  /** Null for the first generation. */
  readonly touched: Touched | null;
  /** What this host enforces less well than the bundle says, by facet. */
  readonly lost: readonly { readonly facet: Facet; readonly bundle: string; readonly host: string }[];
}

export function planOf(
  current: { readonly number: number; readonly loaded: LoadedBundle } | null,
  candidate: Candidate,
): ChangePlan {
  const { loaded, host } = candidate;
  const pair = {
    path: loaded.sources[0]!.name,
    renamedFrom: null,
    old: current === null ? nothing : sideOf(current.loaded, `generation ${current.number}`),
    next: sideOf(loaded, candidate.label),
  };
  const compared = comparePair(pair, loaded.bindings, NONE_OPEN, current?.loaded.bindings ?? loaded.bindings);
  const coverage = combineCoverage(emitAll(loaded.policy, host.target).emissions);
  return {
    from: current?.number ?? null,
    comparison: compared.ok ? compared.comparison : null,
    touched: current === null ? null : touchedBy(current.loaded, loaded),
    lost: lostOf(loaded.manifest.coverage, coverage),
  };
}

const nothing: PairSide = {
  label: 'nothing',
  name: 'nothing',
  before: '',
  bytes: null,
  reader: sourceReader([]),
};

function sideOf({ sources }: LoadedBundle, label: string): PairSide {
  const { name, bytes } = sources[0]!;
  return { label, name, before: `${label}:`, bytes, reader: sourceReader(sources) };
}

const RANK: Readonly<Record<FacetCoverage['kind'], number>> = { exact: 0, stricter: 1, looser: 2, none: 3 };

function lostOf(bundle: Coverage, host: Coverage): ChangePlan['lost'] {
  return FACETS.filter((facet) => RANK[host[facet].kind] > RANK[bundle[facet].kind]).map((facet) => ({
    facet,
    bundle: bundle[facet].kind,
    host: wordsOf(host[facet]),
  }));
}

function wordsOf(covered: FacetCoverage): string {
  return covered.kind === 'looser' || covered.kind === 'stricter'
    ? `${covered.kind}: ${covered.why}`
    : covered.kind;
}

/** Sets that a person is shown; the first time everything is new, and the blueprint itself says it better. */
const MOST_OF_FIRST = 3;
const MOST_OF_CHANGE = 20;

export function planText(
  plan: ChangePlan,
  candidate: Candidate,
  sandbox: string,
  palette: Palette,
  columns: number,
): string {
  const { loaded, content } = candidate;
  const { signer, commit, issued, exceptions } = content.about;
  const from = plan.from === null ? 'nothing' : `generation ${plan.from}`;
  const lines = [
    palette.strong(`sandbox ${sandbox}: ${from} -> ${visible(candidate.label)}, ${loaded.digest}`),
    `  signed       ${signer === null ? 'BY NOBODY' : visible(signer)}${issued === null ? '' : `, ${issued.at}, number ${issued.serial}`}`,
    `  commit       ${commit ?? 'none that anybody vouches for'}`,
    ...exceptions.map(({ kind, reason }) => `  accepted     ${kind}: ${visible(reason)}`),
    ...touchedLines(plan.touched),
    ...plan.lost.map(
      ({ facet, bundle, host }) =>
        `  LOST here    ${facet}: ${bundle} in the bundle, ${visible(host)} on this host`,
    ),
  ];
  if (plan.lost.length === 0)
    lines.push('  lost here    nothing: this host covers each facet as well as the bundle says');
  const meaning =
    plan.comparison === null
      ? 'the two could not be compared\n'
      : differenceText(
          [plan.comparison],
          { most: plan.from === null ? MOST_OF_FIRST : MOST_OF_CHANGE, showsLines: false, problems: [] },
          { palette, columns },
        );
  return `${lines.join('\n')}\n\n${meaning}`;
}

function touchedLines(touched: Touched | null): string[] {
  if (touched === null) return ['  takes effect with the next `nemoclaw run`: nothing was applied before'];
  const list = (names: readonly string[]) => (names.length === 0 ? 'nothing' : names.join(', '));
  const held = touched.live.length > 0 && !touched.mayMix ? ', held back while the old launch rules run' : '';
  return [`  live         ${list(touched.live)}${held}`, `  new process  ${list(touched.launch)}`];
}

export function planJson(plan: ChangePlan): Readonly<Record<string, unknown>> {
  const { from, comparison, touched, lost } = plan;
  return {
    from,
    live: touched?.live ?? [],
    newProcess: touched?.launch ?? [],
    heldBack: touched !== null && touched.live.length > 0 && !touched.mayMix,
    lost,
    verdict: comparison?.difference.verdict ?? 'inconclusive',
    comparison: comparison === null ? null : differenceJson([comparison]),
  };
}
