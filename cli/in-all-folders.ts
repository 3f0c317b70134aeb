import { type Difference, differenceOf } from '../compiler/analysis/difference/difference.ts';
import {
  differenceElsewhere,
  type Elsewhere,
  startsElsewhere,
  withElsewhere,
} from '../compiler/analysis/difference/elsewhere.ts';
import { workdirNotGranted } from '../compiler/diagnostics/catalog/filesystem.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import type { Policy } from '../compiler/ir/policy.ts';
import type { Bindings } from '../compiler/resolve/resolved.ts';
import { foldersWithin, type OpenFolders, type OtherFolders, otherFolders } from './other-folders.ts';

/** One side as it is read with some folders; `diagnostics` hold an error exactly where there is no policy. */
export interface ReadSide {
  readonly policy: Policy | null;
  readonly diagnostics: readonly Diagnostic[];
}

type Sides<T> = { readonly [side in 'old' | 'next']: T };

/**
 * The difference of two texts in `bindings`, with what the same change means in other folders. Where only one of them lets the
 * agent start, that is a difference; where one of them is wrong in a folder that nothing is known of, nothing is claimed.
 *
 * @param read reads both texts as they are in some folders
 */
export function inAllFolders(
  found: Difference,
  here: Sides<Policy>,
  { bindings, open, texts }: { bindings: Bindings; open: OpenFolders; texts: readonly string[] },
  read: (bindings: Bindings) => Sides<ReadSide>,
): Difference {
  const entries = { old: here.old.filesystem.entries, next: here.next.filesystem.entries };
  const within = foldersWithin(open, bindings, texts, entries);
  const others = [...otherFolders(open, bindings, texts), ...(within ?? [])];
  const compared = others.map((other) => comparedIn(other, read({ ...bindings, ...other.folders }), here));
  const isKnown = within !== null && !compared.includes('unknown');
  const elsewhere = compared.filter((one) => one !== 'unknown' && one !== 'nowhere');
  const whole = withElsewhere(found, bindings, elsewhere);
  return isKnown
    ? whole
    : differenceOf(
        whole.changes,
        false,
        whole.unknown ?? `what they mean in other folders than \`${bindings.workdir}\``,
      );
}

function comparedIn(
  { folders, how }: OtherFolders,
  { old, next }: Sides<ReadSide>,
  here: Sides<Policy>,
): Elsewhere | 'nowhere' | 'unknown' {
  const nested = how !== 'apart';
  if (old.policy !== null && next.policy !== null) {
    return { folders, nested, found: differenceElsewhere(here, { old: old.policy, next: next.policy }) };
  }
  // Two entries of a text may contradict each other where one folder is the other one.
  if (!nested && ![old, next].every((side) => side.policy !== null || isNotStarted(side.diagnostics)))
    return 'unknown';
  if (old.policy === null && next.policy === null) return 'nowhere';
  return { folders, nested, found: startsElsewhere(old.policy, next.policy) };
}

/** Whether a text that has no meaning in some folders lacks it only because no agent is started there. */
export function isNotStarted(diagnostics: readonly Diagnostic[]): boolean {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return errors.length > 0 && errors.every(({ code }) => code === workdirNotGranted.code);
}
