import type { Phrase } from '../phrase.ts';
import type { AuditDocument } from './document.ts';
import type { Chapter } from './facets/chapter.ts';
import { listed, plainText, say, words } from './phrase.ts';

/** Where less or more works than a chapter says: one sentence a reason, with the targets that it holds for. */
export function lessThanGranted({ facet }: Chapter, { targets }: AuditDocument): Phrase[] {
  const byReason = new Map<string, { kind: string; why: Phrase; names: string[] }>();
  for (const { name, facets } of targets) {
    const verdict = facets.find((one) => one.facet === facet);
    if (verdict === undefined || verdict.why === null) continue;
    const key = `${verdict.kind} ${plainText(verdict.why)}`;
    const known = byReason.get(key) ?? { kind: verdict.kind, why: verdict.why, names: [] };
    known.names.push(name);
    byReason.set(key, known);
  }
  return [...byReason.values()].map(({ kind, why, names }) =>
    kind === 'stricter'
      ? say`On ${listed(names)} less works than is granted: ${why}.`
      : say`On ${listed(names)} more works than is granted: ${why}.`,
  );
}

/** Everything that is not exact on some target, each cause once with the targets that it holds for. */
export function coverageNotes({ targets }: Pick<AuditDocument, 'targets'>): Phrase[] {
  const causes = targets.flatMap(({ name, facets, refusals }) => [
    ...facets.flatMap(({ facet, why, gap, witness }) => {
      if (why === null) return [];
      const named = gap === null ? [] : say`; gap ${gap}`;
      const shown = witness === null ? [] : say`; it can ${witness}`;
      return [{ name, cause: say`${words(facet)}: ${why}${named}${shown}` }];
    }),
    ...refusals.map((refusal) => ({ name, cause: say`refused: ${refusal}` })),
  ]);
  const byCause = new Map<string, { cause: Phrase; names: string[] }>();
  for (const { name, cause } of causes) {
    const key = plainText(cause);
    const known = byCause.get(key) ?? { cause, names: [] };
    known.names.push(name);
    byCause.set(key, known);
  }
  return [...byCause.values()].map(({ cause, names }) => say`${listed(names)}: ${cause}`);
}
