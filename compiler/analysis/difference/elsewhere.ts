import { ROOT } from '../../domain/path.ts';
import type { EgressPolicy } from '../../ir/egress.ts';
import { usesOf } from '../../ir/limits.ts';
import { entryAbove } from '../../ir/path-lookup.ts';
import type { Policy } from '../../ir/policy.ts';
import type { Change } from './change.ts';
import { type Difference, difference, differenceOf } from './difference.ts';
import { meaningKey } from './egress/meaning-key.ts';

/** The folders that a policy was read with. */
export interface Folders {
  readonly workdir: string;
  readonly home: string;
}

/** What the same change of text means where the folders are others. */
export interface Elsewhere {
  readonly folders: Folders;
  /** Whether one of the folders lies in something that the texts name, so that sets are cut in other ways than where it is apart. */
  readonly nested: boolean;
  readonly found: Difference;
}

/**
 * Adds to a difference what the same texts mean in other folders: a path that is written out can stand where `${home}` stood
 * only as long as that is the home. What is said already, in the folders of the difference itself, is not said again; of
 * nested folders only what another entry causes, and of what they narrow only that it does where nothing else differs.
 */
export function withElsewhere(found: Difference, here: Folders, elsewhere: readonly Elsewhere[]): Difference {
  const causes = new Set(found.changes.map(causeKey));
  const sets = new Set(found.changes.flatMap((change) => [setKey(change, here), wordsKey(change)]));
  const isEqual = found.changes.length === 0;
  const more: Change[] = [];
  for (const { found: other, folders, nested } of elsewhere) {
    const added = other.changes.filter((change) =>
      nested
        ? (change.direction === 'widens' || isEqual) && !causes.has(causeKey(change))
        : !sets.has(setKey(change, folders)) && !sets.has(wordsKey(change)),
    );
    for (const change of added) {
      causes.add(causeKey(change));
      sets.add(setKey(change, folders));
    }
    more.push(...added);
  }
  const unknown = [found, ...elsewhere.map((one) => one.found)].find((one) => one.unknown !== null)?.unknown;
  if (more.length === 0 && (unknown ?? null) === found.unknown) return found;
  const isComplete = found.isComplete && elsewhere.every((one) => one.found.isComplete);
  return differenceOf([...found.changes, ...more], isComplete, unknown ?? null);
}

type Sides = { readonly [side in 'old' | 'next']: Policy };

/** The difference in other folders. Where they mean nothing to the network, it is left out: what it means is known. */
export function differenceElsewhere(here: Sides, there: Sides): Difference {
  const isKnown = (['old', 'next'] as const).every(
    (side) => egressText(here[side].egress) === egressText(there[side].egress),
  );
  if (!isKnown) return difference(there.old, there.next);
  const egress = { entries: [] };
  return difference({ ...there.old, egress }, { ...there.next, egress });
}

/**
 * What it means that only one of two texts lets the agent start in its working folder, by what that one says of the folder; null
 * for the one that does not.
 */
export function startsElsewhere(old: Policy | null, next: Policy | null): Difference {
  const starting = next ?? old!;
  const [from, to] = next === null ? [starting, notStarting(starting)] : [notStarting(starting), starting];
  const direction = next === null ? 'narrows' : 'widens';
  const { changes } = difference(from, to);
  return differenceOf(
    changes.filter((change) => change.direction === direction),
    true,
    null,
  );
}

/** The same policy without what it says of its working folder, started where nobody starts anything. */
function notStarting(policy: Policy): Policy {
  const { filesystem } = policy;
  const own = entryAbove(filesystem.entries, filesystem.workdir);
  const entries = filesystem.entries.filter((entry) => entry !== own);
  return { ...policy, filesystem: { ...filesystem, entries, workdir: ROOT } };
}

function egressText({ entries }: EgressPolicy): string {
  return JSON.stringify(entries.map((entry) => [entry.grant.id, meaningKey(entry), usesOf(entry.grant)]));
}

/** The entry of a text, whichever folders its variables stand for. */
function causeKey({ direction, facet, cause: { kind, policy, grant } }: Change): string {
  const { file, line, column } = grant.origin;
  return JSON.stringify([direction, facet, kind, policy, file, line, column]);
}

/** What is said in the same words is said, even if only one of the folders gives it a path of its own. */
function wordsKey(change: Change): string {
  return `${causeKey(change)} ${JSON.stringify(change.sides)}`;
}

function setKey(change: Change, { workdir, home }: Folders): string {
  const said = JSON.stringify(change.sides).replace(folder(home), '${home}');
  return `${causeKey(change)} ${said.replace(folder(workdir), '${workdir}')}`;
}

/** Where a folder stands as a whole, alone or with what lies in it. */
function folder(path: string): RegExp {
  return new RegExp(`(?<![\\w.~/-])${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w.~-])`, 'g');
}
