import {
  baselineNotAdded,
  hostPaths,
  landlockDefault,
  noFilesystemSection,
  pathInBothLists,
  processPathWidened,
  readOnlyBelowWritable,
  systemLinksAdded,
  temporaryIsPrivate,
} from '../../diagnostics/catalog/openshell.ts';
import { type Located, located, type Span } from '../../source/span.ts';
import type { FilesystemSection, LandlockSection, PathItem, PathMode } from '../blueprint/blueprint.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { entryAt, itemsOf, type Translation, valueAt, wordAt } from './translation.ts';

/** What OpenShell adds at start when the policy has network policies (docs/how-it-works/policies/default-policy). */
const BASELINE = ['/usr', '/lib', '/etc', '/app', '/var/log', '/proc', '/dev/urandom', '/tmp', '/dev/null'];

/** Where OpenShell's images have the working folder. */
const WORKDIR = '/sandbox';

/** Links into `/usr` on hosts with a merged file tree. `/lib` is in every policy already. */
const SYSTEM_LINKS = ['/bin', '/lib64', '/sbin'];

const TEMPORARY = ['/tmp', '/var/tmp', '/dev/shm'];

/** @param policy the whole file @param place where to speak of what the file does not say */
export function translateFilesystem(
  policy: YamlNode,
  place: Span,
  translation: Translation,
): FilesystemSection | null {
  const entry = entryAt(policy, 'filesystem_policy');
  if (entry === null) {
    translation.report(noFilesystemSection, place, {});
    return null;
  }
  const key = translation.keySpan(entry);
  const isOptional = wordAt(valueAt(policy, 'landlock'), 'compatibility') !== 'hard_requirement';
  const lists: Lists = {
    readOnly: pathsOf(valueAt(entry.value, 'read_only'), translation),
    readWrite: pathsOf(valueAt(entry.value, 'read_write'), translation),
    optional: isOptional ? located(true, key) : null,
  };
  const include = valueAt(entry.value, 'include_workdir');
  const includeWorkdir = include === null ? located(false, key) : translation.flag(include);
  const workdir = includeWorkdir.value ? [located(WORKDIR, includeWorkdir.span)] : [];
  translation.report(hostPaths, key, {});
  const needed = reportOverlaps(lists, workdir, translation);
  reportBaseline(policy, lists, key, translation);
  return {
    span: translation.spanOf(entry.value),
    includeWorkdir,
    paths: pathItems(lists, needed, translation),
  };
}

export function translateLandlock(
  policy: YamlNode,
  place: Span,
  translation: Translation,
): LandlockSection | null {
  const compatibility = valueAt(valueAt(policy, 'landlock'), 'compatibility');
  if (compatibility !== null) return { compatibility: translation.word(compatibility) };
  translation.report(landlockDefault, place, {});
  return null;
}

interface Lists {
  readonly readOnly: readonly Located<string>[];
  readonly readWrite: readonly Located<string>[];
  /** OpenShell passes over missing paths; with a hard requirement older versions do not start. */
  readonly optional: Located<boolean> | null;
}

/** Every path once: OpenShell does not mind repetitions. */
function pathsOf(list: YamlNode | null, translation: Translation): Located<string>[] {
  const seen = new Set<string>();
  return itemsOf(list)
    .map((item) => translation.text(item))
    .filter(({ value }) => {
      const isNew = !seen.has(bare(value));
      seen.add(bare(value));
      return isNew;
    });
}

function pathItems(lists: Lists, needed: ReadonlySet<string>, translation: Translation): PathItem[] {
  const { optional } = lists;
  const item = (mode: PathMode, path: Located<string>, mayMiss = optional): PathItem => {
    return { mode, path, optional: mayMiss, execute: null, grant: null };
  };
  const items = withProcessList(lists, translation).map((path) =>
    item('read_only', path, needed.has(bare(path.value)) ? null : optional),
  );
  for (const path of systemLinks(lists, translation)) {
    items.push(item('read_only', path, located(true, path.span)));
  }
  for (const path of lists.readWrite) {
    if (!TEMPORARY.includes(bare(path.value))) items.push(item('read_write', path));
    else {
      translation.report(temporaryIsPrivate, path.span, { path: path.value });
      items.push(item('scratch', path, null));
    }
  }
  return items;
}

/** Paths below `/proc` stand for the whole of it, once. */
function withProcessList({ readOnly, readWrite }: Lists, translation: Translation): Located<string>[] {
  const isBelow = ({ value }: Located<string>) => /^\/proc\/(self|thread-self)(\/|$)/.test(value);
  const below = readOnly.filter(isBelow);
  for (const path of below) translation.report(processPathWidened, path.span, { path: path.value });
  const others = readOnly.filter((path) => !isBelow(path));
  const hasWhole = [...others, ...readWrite].some(({ value }) => bare(value) === '/proc');
  const first = below[0];
  return first && !hasWhole ? [...others, located('/proc', first.span)] : others;
}

/** What a program needs to find beside a granted `/usr`; in a container the links are simply there. */
function systemLinks({ readOnly, readWrite }: Lists, translation: Translation): Located<string>[] {
  const written = [...readOnly, ...readWrite].map(({ value }) => bare(value));
  const usr = readOnly.find(({ value }) => bare(value) === '/usr');
  const paths = SYSTEM_LINKS.filter((link) => !written.includes(link));
  if (!usr || paths.length === 0) return [];
  translation.report(systemLinksAdded, usr.span, { paths });
  return paths.map((path) => located(path, usr.span));
}

/**
 * Compares the two lists.
 *
 * @param workdir the working folder where it is writable
 * @returns the read-only paths that have to be there at the start: the agent could make them, and write them, otherwise
 */
function reportOverlaps(
  { readOnly, readWrite }: Lists,
  workdir: readonly Located<string>[],
  translation: Translation,
): ReadonlySet<string> {
  const needed = new Set<string>();
  const above = new Map([...workdir, ...readWrite].map((path) => [bare(path.value), path]));
  const readable = new Set(readOnly.map(({ value }) => bare(value)));
  for (const path of readOnly) {
    const own = bare(path.value);
    const same = above.get(own);
    if (same) {
      translation.report(pathInBothLists, path.span, { path: path.value }, [
        { span: same.span, label: 'writable here' },
      ]);
      continue;
    }
    const folder = nearestAbove(own, (candidate) => above.has(candidate) || readable.has(candidate));
    const open = folder === null || readable.has(folder) ? undefined : above.get(folder);
    if (!open) continue;
    needed.add(own);
    translation.report(readOnlyBelowWritable, path.span, { path: path.value, above: open.value }, [
      { span: open.span, label: 'writable with all below' },
    ]);
  }
  return needed;
}

function nearestAbove(path: string, isListed: (path: string) => boolean): string | null {
  for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
    const above = path.slice(0, cut);
    if (isListed(above)) return above;
  }
  return null;
}

function reportBaseline(policy: YamlNode, lists: Lists, place: Span, translation: Translation): void {
  const section = valueAt(policy, 'network_policies');
  if (section?.kind !== 'mapping' || section.entries.length === 0) return;
  const written = [...lists.readOnly, ...lists.readWrite].map(({ value }) => bare(value));
  const paths = BASELINE.filter((path) => !written.some((own) => path === own || path.startsWith(`${own}/`)));
  if (paths.length > 0) translation.report(baselineNotAdded, place, { paths });
}

function bare(path: string): string {
  return path.replace(/(?<=.)\/+$/, '');
}
