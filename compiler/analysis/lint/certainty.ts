import type { AbsolutePath } from '../../domain/path.ts';
import { isBeneath, parentOf } from '../../domain/path.ts';
import type { GrantNote } from '../../frontend/blueprint/blueprint.ts';
import type { Span } from '../../source/span.ts';
import type { Subject } from './subject.ts';

/** Why an entry without effect is left for a person to decide about; each follows `as`. */
export const DOUBT = {
  extended: 'a file that extends this one could make it matter',
  bound: 'other variables, another home or another working folder could make it matter',
  noted: 'it says by itself who answers for it, or how long',
  denying: 'its denials would go with it',
  tested: 'a test of the file names grants of this network policy by their places in it',
} as const;

/**
 * Why an entry may not go although it has no effect in this reading: a reading knows one binding of the variables and no
 * file that extends it, and what a `grant` says is about the entry and nowhere else. Null where it may go for certain.
 *
 * @param deciding places of all entries on which it depends that the entry has no effect, where the format lets
 *   variables stand
 */
export function doubtAbout(
  subject: Subject,
  deciding: readonly Span[],
  note: GrantNote | null,
): string | null {
  if (note !== null) return DOUBT.noted;
  if (subject.isPart || subject.isExtended === true) return DOUBT.extended;
  return deciding.some(isBound) ? DOUBT.bound : null;
}

/** Whether what stands there depends on a variable. */
export function isBound(span: Span): boolean {
  return writtenAt(span).includes('${');
}

/**
 * Whether under some binding another entry could come to lie between a path and the one above it, or on the path: then
 * the one above would no longer decide what holds at the path.
 */
export function couldComeBetween({ resolved }: Subject, above: AbsolutePath, path: AbsolutePath): boolean {
  if (resolved.includeWorkdir?.item.value === true) return true;
  const between: AbsolutePath[] = [];
  for (
    let at: AbsolutePath | null = path;
    at !== null && at !== above && isBeneath(at, above);
    at = parentOf(at)
  ) {
    between.push(at);
  }
  return resolved.paths.some(({ item }) => {
    if (!isBound(item.path.span)) return false;
    const pattern = patternOf(writtenAt(item.path.span));
    return between.some((at) => pattern.test(at));
  });
}

function writtenAt({ source, start, end }: Span): string {
  return source.text.slice(start, end);
}

/** Every text that a path could be with some values of its variables. */
function patternOf(written: string): RegExp {
  const parts = written.replace(/^["']|["']$/g, '').split(/\$\{[^}]*\}/);
  return new RegExp(
    `^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}/*$`,
    's',
  );
}
