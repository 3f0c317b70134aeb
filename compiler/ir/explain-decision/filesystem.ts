import { type AbsolutePath, parseAccessedPath, segmentsOf } from '../../domain/path.ts';
import type { FileRightWord } from '../../frontend/blueprint/written-access.ts';
import type { FileAccess } from '../access.ts';
import type { Decision } from '../decision.ts';
import {
  type FileRight,
  type FilesystemPolicy,
  listRights,
  type PathEntry,
  READ_RIGHTS,
  rightBit,
  WRITE_RIGHTS,
} from '../filesystem.ts';
import { RIGHT_OF_WORD } from '../lower/access.ts';
import { listed, type Nearest, quoted, type Reasons } from './explanation.ts';

/** Why a file may be used or not: the entry on the way to it, or the one that lies nearest beside it. */
export function fileReasons({ entries }: FilesystemPolicy, access: FileAccess, decision: Decision): Reasons {
  const entry = entries.find(({ grant }) => grant === decision.by);
  if (entry === undefined) {
    const nearest = nearestBeside(entries, access.path);
    const because = `no entry grants \`${access.path}\` or a folder above it`;
    return { because, nearest, next: nextStep(access) };
  }
  if (decision.verdict === 'allow') {
    return { because: `\`${entry.path}\` grants ${wordOf(access.right)}`, nearest: null, next: null };
  }
  if (decision.why === 'denied') {
    return {
      because: `\`${entry.path}\` is denied, and with it all below`,
      nearest: null,
      next: `take \`${entry.path}\` out of \`filesystem_policy.deny\`, if it may be seen`,
    };
  }
  const lack = `${wordOf(access.right)} is not among ${grantedBy(entry)}`;
  return {
    because: `\`${entry.path}\` decides, and ${lack}`,
    nearest: { grant: entry.grant, matches: ['path'], lacks: [lack] },
    next: nextStep(access),
  };
}

function wordOf(right: FileRight): string {
  const words = Object.keys(RIGHT_OF_WORD) as FileRightWord[];
  return words.find((word) => RIGHT_OF_WORD[word] === right) ?? right;
}

function grantedBy({ rights }: PathEntry): string {
  return listed(listRights(rights).map(wordOf));
}

function nextStep({ right, path }: FileAccess): string | null {
  const bit = rightBit(right);
  if ((WRITE_RIGHTS & bit) !== 0) return `list \`${path}\` under \`filesystem_policy.read_write\``;
  if ((READ_RIGHTS & bit) !== 0) return `list \`${path}\` under \`filesystem_policy.read_only\``;
  if (right === 'execute')
    return `list \`${path}\` under \`filesystem_policy.read_only\`, without \`execute: false\``;
  // Device nodes: no entry grants them.
  return null;
}

/** The entry with which the path has most folders in common; null where it is none but the root. */
function nearestBeside(entries: readonly PathEntry[], text: string): Nearest | null {
  const parsed = parseAccessedPath(text);
  if (!parsed.ok) return null;
  let best: PathEntry | null = null;
  let most = 0;
  for (const entry of entries) {
    const count = inCommon(entry.path, parsed.path);
    if (count > most) [best, most] = [entry, count];
  }
  if (best === null) return null;
  const [entry] = quoted([best.path]);
  return { grant: best.grant, matches: [], lacks: [`\`${text}\` is not below ${entry}`] };
}

function inCommon(a: AbsolutePath, b: AbsolutePath): number {
  const [one, other] = [segmentsOf(a), segmentsOf(b)];
  const differs = one.findIndex((segment, at) => segment !== other[at]);
  return differs === -1 ? one.length : differs;
}
