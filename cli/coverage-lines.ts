import type { Coverage } from '../compiler/backends/coverage.ts';
import { visible } from '../compiler/diagnostics/render/visible.ts';
import { FACETS } from '../compiler/ir/facet.ts';

/** One line a facet: how well it is enforced, and why where that is not exactly. */
export function coverageLines(coverage: Coverage): string[] {
  return FACETS.map((facet) => {
    const covered = coverage[facet];
    const why = covered.kind === 'stricter' || covered.kind === 'looser' ? `: ${visible(covered.why)}` : '';
    return `  ${facet.padEnd(10)}  ${covered.kind}${why}`;
  });
}
