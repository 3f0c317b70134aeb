import type { Change, Term } from '../../compiler/analysis/difference/change.ts';

/** A change in one line, all of it: direction, severity, facet, classes, the set, an example, the cause. */
export function changeLine(change: Change): string {
  const { direction, severity, facet, classes, sides, witness, example, cause } = change;
  const set = sides.map(({ name, terms }) => `${name}: ${terms.map(termText).join('; ')}`).join(' | ');
  const shown = witness === null ? `(${example})` : example;
  return `${direction} ${severity} ${facet} [${classes}] {${set}} ${shown} <- ${cause.kind} ${cause.policy} ${cause.grant.id}`;
}

function termText({ all, except }: Term): string {
  const patterns = all.length === 0 ? 'any' : all.join(' and ');
  return except.length === 0 ? patterns : `${patterns} except ${except.join(', ')}`;
}
