import { presentable } from '../compiler/diagnostics/collect.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { type Change, countEffects, EFFECTS } from '../compiler/diagnostics/effect.ts';
import { visible } from '../compiler/diagnostics/render/visible.ts';
import type { Format } from './arguments/choices.ts';
import { printOutcome } from './findings.ts';
import type { Io } from './io.ts';

/** What `-o json` says of a translation: how many settings have which effect, and each with its place. */
function effectsJson(changes: readonly Change[]) {
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
function telling(changes: readonly Change[]) {
  return changes.filter(({ effect }) => effect !== 'exact').map(({ diagnostic }) => diagnostic);
}

/** One line that counts. Not every translation says what is exact. */
function effectsLine(changes: readonly Change[]): string {
  const counts = countEffects(changes);
  return EFFECTS.filter((effect) => effect !== 'exact' || counts.exact > 0)
    .map((effect) => `${counts[effect]} ${effect}`)
    .join(', ');
}

/** What came of a translation, and how it is said. */
export interface Translated {
  readonly command: 'import' | 'export';
  /** What `-o json` adds to the effects: whether it was done, and the text. */
  readonly result: Readonly<Record<string, unknown>>;
  readonly changes: readonly Change[];
  readonly errors: readonly Diagnostic[];
  /** Null where nothing comes of it. */
  readonly text: string | null;
  /** Why the text could not be written to the file. */
  readonly problem: string | null;
  /** Before the line that counts the effects. */
  readonly about: string;
  /** What is said of a file that was written. */
  readonly written: string;
  /** Why there is no text although there are no errors. */
  readonly refusal: string;
}

/** The text to standard output where no file was named, and everything else to standard error. */
export async function printTranslated(
  { command, result, changes, errors, text, problem, about, written, refusal }: Translated,
  { format, out }: { readonly format: Format; readonly out: string | null },
  io: Io,
): Promise<void> {
  const file = text !== null && problem === null ? out : null;
  const diagnostics = [...telling(changes), ...errors];
  const printed = text === null || out !== null ? '' : text;
  const whole = { ...result, ...effectsJson(changes), out: file };
  await printOutcome({ command, diagnostics, result: whole, text: printed }, format, io);
  if (format === 'text' && changes.length > 0) io.stderr.write(`${about}: ${effectsLine(changes)}\n`);
  if (problem !== null) io.stderr.write(`nemoclaw: ${visible(problem)}\n`);
  else if (file !== null) io.stderr.write(`${visible(file)}: ${written}\n`);
  else if (text === null && errors.length === 0) {
    io.stderr.write(`nemoclaw: ${refusal}\n`);
  }
}
