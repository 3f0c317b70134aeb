import { structuredPatch } from 'diff';
import { readYamlText } from '../../compiler/frontend/yaml/read.ts';
import { type PlainValue, toValue } from '../../compiler/frontend/yaml/value.ts';
import { parseExpiry } from '../../compiler/ir/lower/expiry.ts';
import { SourceFile } from '../../compiler/source/source-file.ts';
import type { Io } from '../io.ts';
import { type BaseBranch, textOf } from './base-branch.ts';
import { type Editable, edit, policyBefore } from './edit.ts';
import type { Entry, EntryGrant } from './entry.ts';
import type { Evidence } from './evidence.ts';
import { lockBeside } from './lock.ts';
import { WIDTHS, type Width, type Widths } from './widths.ts';

/** What a proposal was made with, so that the same can be made on what the base branch is now. */
export interface MadeWith {
  readonly widths: Widths;
  readonly grant: Omit<EntryGrant, 'audit'>;
}

/**
 * Whether a commit cannot be merged as it is: the base branch has another lock file by now than the one that the commit was made
 * for, or has changed lines of the blueprint where the commit changes them.
 *
 * @param commit with one parent, which the base branch has
 */
export function isOutdated(commit: string, path: string, base: BaseBranch, { git }: Io): boolean {
  const [before, after, now] = [`${commit}^`, commit, base.commit].map((at) => {
    const texts = [path, lockBeside(path)].map((file) => {
      const blob = git(['cat-file', 'blob', `${at}:${file}`]);
      return blob.ok ? textOf(blob) : null;
    });
    return { blueprint: texts[0] ?? '', lock: texts[1] };
  }) as [Sides, Sides, Sides];
  return before.lock !== now.lock || doMeet(before.blueprint, after.blueprint, now.blueprint);
}

interface Sides {
  readonly blueprint: string;
  readonly lock: string | null;
}

/** Finding a difference takes the square of its lines, and anybody who may push writes one of the texts. */
const MOST_EDITS = 2_000;

/** Whether two changes of a text touch, so that git does not merge them, or are too long for anybody to know. */
function doMeet(before: string, one: string, other: string): boolean {
  const [ones, others] = [one, other].map((after) => rangesOf(before, after));
  if (ones == null || others == null) return true;
  return ones.some((a) => others.some((b) => a.from <= b.end && b.from <= a.end));
}

/** The lines of a text that another one changes; null where it changes too many. */
function rangesOf(before: string, after: string): Range[] | null {
  const options = { context: 0, maxEditLength: MOST_EDITS };
  const patch = structuredPatch('', '', before, after, '', '', options);
  if (patch === undefined) return null;
  // An empty range stands before the line that it names.
  return patch.hunks.map(({ oldStart, oldLines }) => ({ from: oldStart, end: oldStart + oldLines }));
}

interface Range {
  readonly from: number;
  readonly end: number;
}

/**
 * Finds out what a proposal was made with, by making it again: null where that gives another text, because somebody has edited
 * it since. What they wrote is not to be lost.
 *
 * @param editable the blueprint as it was before the commit
 * @param after as it is in the commit
 * @param grant that the entries of the commit have
 */
export function madeWith(
  editable: Editable,
  after: string,
  open: readonly Evidence[],
  grant: EntryGrant,
): MadeWith | null {
  const before = policyBefore(editable);
  if (!before.ok) return null;
  const ids = open.map(({ request }) => request.id);
  const expires = endWritten(editable.path, after, ids, Date.parse(grant.expires)) ?? grant.expires;
  const lines = new Map(open.map(({ request, line }) => [request.id, line]));
  const auditOf = ({ requests }: Entry) => requests.flatMap((id) => lines.get(id) ?? []);
  for (const widths of allWidths()) {
    // The gateway may have named the line of the log only after the proposal was made.
    for (const audit of [auditOf, () => []]) {
      const grantOf = (entry: Entry) => ({ ...grant, expires, audit: audit(entry) });
      const made = edit(editable, before.old, open, grantOf, widths);
      if (made.ok && made.edited.after === after) return { widths, grant: { ...grant, expires } };
    }
  }
  return null;
}

/**
 * The end of a grant of requests in the spelling that a text has; null where none there ends at that moment.
 *
 * @param end milliseconds since 1970 UTC; not a number for never
 */
function endWritten(path: string, text: string, requests: readonly string[], end: number) {
  const { root } = readYamlText(new SourceFile(path, text)).tree;
  const { network_policies: policies } = (root === null ? {} : toValue(root)) as PlainPolicies;
  for (const { grant } of Object.values(policies ?? {})) {
    if (typeof grant?.expires !== 'string' || typeof grant.request !== 'string') continue;
    const isOne = grant.request.split(', ').some((id) => requests.includes(id));
    if (isOne && parseExpiry(grant.expires) === end) return grant.expires;
  }
  return null;
}

/** What a valid blueprint may have. */
interface PlainPolicies {
  readonly network_policies?: Readonly<
    Record<string, { readonly grant?: Readonly<Record<string, PlainValue>> }>
  >;
}

/** Every choice of sides, those with the fewest first. */
function allWidths(): Widths[] {
  let all: Set<Width>[] = [new Set()];
  for (const width of WIDTHS) all = [...all, ...all.map((set) => new Set([...set, width]))];
  return all.sort((a, b) => a.size - b.size);
}
