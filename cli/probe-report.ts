import type { Palette } from '../compiler/diagnostics/render/palette.ts';
import { visible } from '../compiler/diagnostics/render/visible.ts';
import { FACETS, type Facet } from '../compiler/ir/facet.ts';
import type { ProbeResult } from '../runtime/sandbox/verify/probe.ts';
import { probeWords } from './probe-words.ts';

/**
 * What the kernel answered, for a person: a line of counts for each facet, and under it each probe that was answered
 * otherwise than the blueprint says.
 *
 * @param all also each probe that was answered as written
 */
export function probeReport(results: readonly ProbeResult[], all: boolean, palette: Palette): string {
  const otherwise = results.filter(({ agrees }) => !agrees).length;
  const lines = FACETS.flatMap((facet) => {
    const tried = results.filter(({ probe }) => probe.facet === facet);
    const shown = all ? tried : tried.filter(({ agrees }) => !agrees);
    return [facetLine(facet, tried, palette), ...shown.map((result) => probeLine(result, palette))];
  });
  const sum =
    otherwise === 0
      ? `${results.length} probes, each answered by the kernel as the blueprint says`
      : `${otherwise} of ${results.length} probes were answered otherwise than the blueprint says`;
  return `${[...lines, '', all ? sum : `${sum}; --all shows each`].join('\n')}\n`;
}

/** What nothing tried is said too: a facet without a line would pass for one that was checked. */
function facetLine(facet: Facet, tried: readonly ProbeResult[], palette: Palette): string {
  const name = palette.strong(facet.padEnd(10));
  if (tried.length === 0) return `${name}  not probed`;
  const mustWork = tried.filter(({ probe }) => probe.expected === 'works').length;
  const otherwise = tried.filter(({ agrees }) => !agrees).length;
  const verdict =
    otherwise === 0 ? palette.good('all as written') : palette.severity('error', `${otherwise} OTHERWISE`);
  const count = (number: number) => String(number).padStart(4);
  return `${name} ${count(tried.length)} probes: ${count(mustWork)} must work, ${count(tried.length - mustWork)} must be refused: ${verdict}`;
}

function probeLine(result: ProbeResult, palette: Palette): string {
  const mark = result.agrees ? palette.good('as written') : palette.severity('error', 'OTHERWISE ');
  return `  ${mark}  ${visible(probeWords(result))}`;
}
