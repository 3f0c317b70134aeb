import type { Cause, Change } from '../../analysis/difference/change.ts';
import type { DifferenceVerdict } from '../../analysis/difference/difference.ts';
import type { Phrase } from '../phrase.ts';
import { CLASS_WORDS } from './class-words.ts';
import { type Comparison, hasSameText } from './comparison.ts';
import { phraseOfUnknown, value, words } from './phrase.ts';

/** The verdict on one comparison as a sentence that begins in lower case and has no full stop. */
export function verdictPhrase(comparison: Comparison): Phrase {
  const { verdict, changes, isComplete, unknown } = comparison.difference;
  const more = isComplete ? '' : ', and more than could be listed';
  const rest: Phrase =
    unknown === null || verdict === 'inconclusive'
      ? []
      : [words('; '), ...phraseOfUnknown(unknown), words(' could not be compared')];
  switch (verdict) {
    case 'equal':
      return [words(hasSameText(comparison) ? 'nothing changed' : REWRITTEN)];
    case 'narrows':
      return [
        words(`this change only NARROWS what the agent can do: ${gone(changes)}${more}, and nothing is new`),
      ];
    case 'widens':
      return [words(`${WIDENS}: ${added(changes)}${more}, worst first`), ...rest];
    case 'both':
      return [
        words(`${WIDENS}: ${added(changes)}${more}, worst first; it also NARROWS it: ${gone(changes)}`),
        ...rest,
      ];
    case 'inconclusive':
      return [
        words('it is NOT KNOWN whether this change widens what the agent can do: '),
        ...(unknown === null ? [words('something')] : phraseOfUnknown(unknown)),
        words(' could not be compared; treat it as if it did'),
      ];
  }
}

const WIDENS = 'this change WIDENS what the agent can do';
const REWRITTEN = 'equal meaning, rewritten: the agent can do exactly what it could do before';

/** Said where a report is not the whole answer. */
export const NOT_ALL = 'not every policy could be compared; treat the change as if it widened';

/** The verdict on all comparisons together, as a sentence. */
export function overallSentence(comparisons: readonly Comparison[], problems: readonly unknown[]): string {
  if (comparisons.length === 0) return problems.length > 0 ? NOT_ALL : 'no policy changed';
  const verdicts = comparisons.map(({ difference }) => difference.verdict);
  const counts = COUNTED.map(([verdict, said]) => {
    const count = verdicts.filter((one) => one === verdict).length;
    return count === 0 ? null : `${count} ${said}`;
  });
  const parts = counts.filter((part) => part !== null);
  const end = problems.length > 0 ? `; ${NOT_ALL}` : '';
  return `${counted(comparisons.length, 'policy', 'policies')} changed: ${parts.join(', ')}${end}`;
}

/** Worst first. */
const COUNTED: readonly (readonly [DifferenceVerdict, string])[] = [
  ['both', 'WIDENED in one place and narrowed in another'],
  ['widens', 'WIDENED'],
  ['inconclusive', 'NOT KNOWN'],
  ['narrows', 'only narrowed'],
  ['equal', 'of equal meaning'],
];

function added(changes: readonly Change[]): string {
  const count = changes.filter(({ direction }) => direction === 'widens').length;
  return counted(count, 'new set of accesses', 'new sets of accesses');
}

function gone(changes: readonly Change[]): string {
  const count = changes.filter(({ direction }) => direction === 'narrows').length;
  return `${counted(count, 'set of accesses is', 'sets of accesses are')} gone`;
}

export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Why the agent can now do it, or no longer, to be followed by the name of the entry. */
export const CAUSE_WORDS: Readonly<Record<Cause['kind'], string>> = {
  granted: 'granted by',
  'denial-removed': 'no longer denied by',
  denied: 'now denied by',
  'grant-removed': 'no longer granted by',
  changed: 'changed in',
};

/** What goes before an example. */
export function exampleIntroduction({ direction }: Change): string {
  return direction === 'widens' ? 'e.g. the agent can now ' : 'e.g. the agent can no longer ';
}

/** What a set says beyond its classes; a narrowing is always of one class. */
export function meaningOf({ classes }: Change): string {
  return classes.map((name) => CLASS_WORDS[name]).join('; ');
}

/** What became of the policy itself, with a space before it; empty where it only changed. */
export function statePhrase({ renamedFrom, old, next }: Comparison): Phrase {
  if (old.text === null) return [words(' (new)')];
  if (next.text === null) return [words(' (deleted)')];
  return renamedFrom === null ? [] : [words(' (renamed from '), value(renamedFrom), words(')')];
}

/** How many sets a tunnel stands for. */
export function impliedSentence(count: number): string {
  return `and with it every request on these connections (${counted(count, 'more set', 'more sets')} of this cause)`;
}

/** Who answers for the entry and until when; empty where nobody does. */
export function approvalParts({
  grant: { approval },
}: Cause): readonly (readonly [name: string, value: string])[] {
  if (approval === null) return [];
  const { owner, reason, ticket, approvedBy, expiresAt, maxUses } = approval;
  const parts: [string, string | null][] = [
    ['owner', owner],
    ['reason', reason],
    ['ticket', ticket],
    ['approved by', approvedBy],
    ['until', expiresAt === null ? null : new Date(expiresAt).toISOString().replace('.000Z', 'Z')],
    ['uses', maxUses === null ? null : String(maxUses)],
  ];
  return parts.filter((part): part is [string, string] => part[1] !== null);
}
