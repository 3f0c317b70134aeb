import { type AbsolutePath, parentOf, ROOT } from '../domain/path.ts';
import { PathTrie } from '../domain/path-trie.ts';
import { fileAction } from '../ir/access-words.ts';
import {
  type FileRight,
  type FileRights,
  listRights,
  NO_RIGHTS,
  type PathEntry,
  rightBit,
  rightsOf,
} from '../ir/filesystem.ts';
import { entryAbove } from '../ir/path-lookup.ts';
import type { Policy } from '../ir/policy.ts';
import { EXACT, type FacetCoverage } from './coverage.ts';
import { FILE_GAPS, isAccepted } from './gaps.ts';
import { DEVICES, isDevice, type MountRights, POSSIBLE_RIGHTS } from './mount-rights.ts';
import type { LandlockRuleset } from './parts.ts';

type FileGap = (typeof FILE_GAPS)[keyof typeof FILE_GAPS];

/** A right at a path that the mechanisms together get wrong. */
export interface FileDifference {
  /** The gap's name where a denied right works; null where a granted one does not. */
  readonly gap: FileGap | null;
  readonly path: string;
  readonly right: FileRight;
}

/** The mechanisms that stand on each other in one sandbox; a right works when all of them let it through. */
export interface FileMechanisms {
  readonly mounts: MountRights;
  /** Null: no Landlock, and `withoutLandlock` names the gap that this leaves. */
  readonly ruleset: LandlockRuleset | null;
  readonly withoutLandlock: FileGap;
}

const FOLDER_MAKING = rightsOf('make_reg', 'make_dir', 'make_sym', 'make_sock', 'make_fifo');
const PROC_RIGHTS = rightsOf('read_file', 'read_dir', 'write_file');
const DEVICE_USES = rightsOf('read_file', 'write_file', 'ioctl_dev');
/** Which right makes the plainest witness; the others follow in the kernel's order. */
const TELLING: readonly FileRight[] = ['write_file', 'read_file'];
const WELL_KNOWN_SECRET = '/etc/shadow' as AbsolutePath;

const WHY: Record<FileGap, string> = {
  [FILE_GAPS.landlockAdditive]:
    'Landlock rules add up along a path, so a grant further up also holds here, and no mount takes it back',
  [FILE_GAPS.landlockAbi]: "the Landlock of the target's kernel does not know this right",
  [FILE_GAPS.landlockExecute]:
    'a file that can be read can be run through the dynamic linker, and no mount without execution prevents it',
  [FILE_GAPS.optionalBelowWritable]:
    'the path may be missing at the start; the agent can then make it in a folder where it may write',
  [FILE_GAPS.mountsAlone]: 'mounts only know writable or not and executable or not',
};

/**
 * How well mounts and Landlock together enforce the file facet. Of several gaps the first that the blueprint does not
 * accept is reported, so that accepting one never lets another through unseen.
 */
export function fileCoverage(policy: Policy, mechanisms: FileMechanisms): FacetCoverage {
  const differences = fileDifferences(policy, mechanisms);
  const looser = differences.filter(({ gap }) => gap !== null);
  const open = looser.find(({ gap }) => !isAccepted(policy, gap!)) ?? looser[0];
  if (open) {
    const { gap, path, right } = open;
    return {
      kind: 'looser',
      gap: gap!,
      why: WHY[gap!],
      witness: { facet: 'filesystem', path, right },
    };
  }
  const lost = differences[0];
  if (lost)
    return { kind: 'stricter', why: `it cannot ${fileAction(lost.right, lost.path)}, which is granted` };
  return EXACT;
}

/**
 * All rights that come out otherwise than granted, at every entry and at one path outside them all. Between entries
 * neither the policy nor any mechanism changes, so nothing else needs to be looked at.
 */
export function fileDifferences(policy: Policy, mechanisms: FileMechanisms): FileDifference[] {
  const { entries } = policy.filesystem;
  const rules = ruleTrie(mechanisms.ruleset);
  const works = (path: AbsolutePath) => workingRights(path, mechanisms, rules);
  const differences = entries.flatMap((entry) => {
    const working = works(entry.path);
    const ifMissing = canBeMissing(entry, entries) ? rightsIfMissing(entry, works) & ~working : NO_RIGHTS;
    return [
      ...tooMuch(entry, working, (right) => gapOf(right, entry.path, mechanisms, rules)),
      ...tooMuch(entry, ifMissing, () => FILE_GAPS.optionalBelowWritable),
      ...tooLittle(entry, working),
    ];
  });
  return [...differences, ...outsideDifferences(entries, works, mechanisms, rules)];
}

/** The rights that Landlock and the mounts let through at a path, the dynamic linker's way of executing included. */
function workingRights(
  path: AbsolutePath,
  { mounts, ruleset }: FileMechanisms,
  rules: PathTrie<FileRights>,
): FileRights {
  const mounted = mounts.at(path);
  if (ruleset === null) return mounted & POSSIBLE_RIGHTS;
  const granted = grantedOnTheWay(path, rules);
  const readable = (granted & rightBit('read_file')) !== 0;
  const unhandled = POSSIBLE_RIGHTS & ~ruleset.handledFs & ~rightBit('refer');
  const throughLinker = readable ? rightBit('execute') : NO_RIGHTS;
  return mounted & (granted | unhandled | throughLinker);
}

function gapOf(
  right: FileRight,
  path: AbsolutePath,
  { ruleset, withoutLandlock }: FileMechanisms,
  rules: PathTrie<FileRights>,
): FileGap {
  if (ruleset === null) return withoutLandlock;
  if ((grantedOnTheWay(path, rules) & rightBit(right)) !== 0) return FILE_GAPS.landlockAdditive;
  if ((ruleset.handledFs & rightBit(right)) === 0) return FILE_GAPS.landlockAbi;
  return FILE_GAPS.landlockExecute;
}

function tooMuch(
  entry: PathEntry,
  working: FileRights,
  gap: (right: FileRight) => FileGap,
): FileDifference[] {
  const rights = working & ~entry.rights & possibleAt(entry);
  const telling = TELLING.filter((right) => (rights & rightBit(right)) !== 0);
  const others = listRights(rights & ~rightsOf(...telling));
  return [...telling, ...others].map((right) => ({
    gap: gap(right),
    path: entry.path,
    right,
  }));
}

function tooLittle(entry: PathEntry, working: FileRights): FileDifference[] {
  const lost = entry.rights & ~working & possibleAt(entry) & ~vacuousAt(entry);
  return listRights(lost).map((right) => ({ gap: null, path: entry.path, right }));
}

/** A private folder is always made, and a hidden one in a private folder too. */
function canBeMissing({ source, optional, path }: PathEntry, entries: readonly PathEntry[]): boolean {
  if (!optional || source === 'scratch' || source === 'proc') return false;
  const folder = parentOf(path);
  const around = folder === null ? null : entryAbove(entries, folder);
  return source === 'host' || around?.source !== 'scratch';
}

/** What works at a path that is absent: whatever its folder allows, once the agent has made it there. */
function rightsIfMissing({ path }: PathEntry, works: (path: AbsolutePath) => FileRights): FileRights {
  const folder = parentOf(path);
  const around = folder === null ? NO_RIGHTS : works(folder);
  return (around & FOLDER_MAKING) !== 0 ? around : NO_RIGHTS;
}

function outsideDifferences(
  entries: readonly PathEntry[],
  works: (path: AbsolutePath) => FileRights,
  mechanisms: FileMechanisms,
  rules: PathTrie<FileRights>,
): FileDifference[] {
  const outside = entryAbove(entries, WELL_KNOWN_SECRET) === null ? [WELL_KNOWN_SECRET, ROOT] : [ROOT];
  const seen = new Set<FileRight>();
  return outside.flatMap((path) =>
    listRights(works(path)).flatMap((right) => {
      if (seen.has(right) || entryAbove(entries, path) !== null) return [];
      seen.add(right);
      return [
        { gap: gapOf(right, path, mechanisms, rules), path: right === 'read_dir' ? ROOT : path, right },
      ];
    }),
  );
}

/** Rights that can mean anything at all at a path: a scratch folder holds no device, the process list only files. */
function possibleAt({ source }: PathEntry): FileRights {
  if (source === 'scratch') return POSSIBLE_RIGHTS & ~rightBit('ioctl_dev');
  return source === 'proc' ? PROC_RIGHTS : POSSIBLE_RIGHTS;
}

/** Rights that a grant includes and nobody misses: control of devices where none are, folder rights of a device. */
function vacuousAt({ path }: PathEntry): FileRights {
  if (isDevice(path)) return POSSIBLE_RIGHTS & ~DEVICE_USES;
  return path === DEVICES ? NO_RIGHTS : rightBit('ioctl_dev');
}

function ruleTrie(ruleset: LandlockRuleset | null): PathTrie<FileRights> {
  const rules = new PathTrie<FileRights>();
  for (const { path, rights } of ruleset?.paths ?? []) rules.add(path as AbsolutePath, rights);
  return rules;
}

function grantedOnTheWay(path: AbsolutePath, rules: PathTrie<FileRights>): FileRights {
  return rules.alongTheWay(path).reduce((rights, { value }) => rights | value, NO_RIGHTS);
}
