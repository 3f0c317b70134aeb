import { presentable } from '../compiler/diagnostics/collect.ts';
import { type Change, countEffects, EFFECTS } from '../compiler/diagnostics/effect.ts';
import { visible } from '../compiler/diagnostics/render/visible.ts';

/** What `-o json` says of a translation: how many settings have which effect, and each with its place. */
export function effectsJson(changes: readonly Change[]) {
  const effectOf = new Map(changes.map(({ effect, diagnostic }) => [diagnostic, effect]));
  return {
    effects: countEffects(changes),
    changes: presentable([...effectOf.keys()]).map((diagnostic) => {
      const { code, name, message, primary } = diagnostic;
      const position = primary?.source.positionAt(primary.start);
      return {
        effect: effectOf.get(diagnostic)!,
        code,
        name,
        message: visible(message),
        file: primary === null ? null : visible(primary.source.path),
        line: position?.line ?? null,
        column: position?.column ?? null,
      };
    }),
  };
}

/** What a person is told: all that is not exact. */
export function telling(changes: readonly Change[]) {
  return changes.filter(({ effect }) => effect !== 'exact').map(({ diagnostic }) => diagnostic);
}

/** One line that counts. Not every translation says what is exact. */
export function effectsLine(changes: readonly Change[]): string {
  const counts = countEffects(changes);
  return EFFECTS.filter((effect) => effect !== 'exact' || counts.exact > 0)
    .map((effect) => `${counts[effect]} ${effect}`)
    .join(', ');
}
