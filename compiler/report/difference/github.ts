import { type Change, type Direction, SEVERITIES } from '../../analysis/difference/change.ts';
import { workflowCommand } from '../../diagnostics/render/github.ts';
import type { Span } from '../../source/span.ts';
import type { Comparison, ReportOptions } from './comparison.ts';
import { type CauseGroup, groupsOf, mostOf } from './groups.ts';
import { phraseOfSet, plainPhrase } from './phrase.ts';
import { extensionOf, FINDING_SEVERITY, firstLine, placeWords, spanInNew } from './place.ts';
import { CAUSE_WORDS, counted, exampleIntroduction, meaningOf, verdictPhrase } from './verdict-words.ts';

/** Annotations beside the lines of one file; GitHub itself shows no more than ten of a kind a step. */
const MOST_ANNOTATIONS = 10;
/** Sets that are said of a line that brings in many, each of another kind. */
const MOST_SETS = 3;

/** What one line of the pull request does: all that its entry causes, or what it extends. */
interface Annotation {
  readonly place: Span | null;
  readonly comparison: Comparison;
  readonly groups: readonly CauseGroup[];
}

/**
 * The report as workflow commands, which GitHub shows beside the lines of a pull request: one for each policy, and one
 * for each of its lines that does something, worst first. What a line brings in by extending it is counted there. A file
 * gets so many annotations, and one that counts the rest.
 */
export function differenceGithub(comparisons: readonly Comparison[], { most }: ReportOptions): string {
  const shown = new Map<string, number>();
  const hidden = new Map<string, { readonly place: Span | null; sets: number }>();
  const commands = comparisons.flatMap((comparison) => [
    verdictCommand(comparison),
    ...annotationsOf(comparison, most).flatMap((annotation) => {
      const file = annotation.place?.source.path ?? comparison.path;
      const count = shown.get(file) ?? 0;
      shown.set(file, count + 1);
      if (count < MOST_ANNOTATIONS) return [annotationCommand(annotation)];
      const rest = hidden.get(file) ?? { place: firstLine(comparison), sets: 0 };
      hidden.set(file, { ...rest, sets: rest.sets + changesOf(annotation).length });
      return [];
    }),
  ]);
  const rests = [...hidden].map(([file, { place, sets }]) => restCommand(file, place, sets));
  return [...commands, ...rests].map((command) => `${command}\n`).join('');
}

function annotationsOf(comparison: Comparison, most: number | null): Annotation[] {
  return (['widens', 'narrows'] as const).flatMap((direction) =>
    byPlace(mostOf(groupsOf(comparison.difference.changes, direction), most).groups, comparison),
  );
}

/** Groups that stand beside the same text, in the order of the first of each. */
function byPlace(groups: readonly CauseGroup[], comparison: Comparison): Annotation[] {
  const places = new Map<string, { readonly place: Span | null; readonly groups: CauseGroup[] }>();
  for (const group of groups) {
    const place = spanInNew(group.cause, comparison);
    const key = place === null ? '' : `${place.start} ${place.source.path}`;
    const known = places.get(key);
    if (known) known.groups.push(group);
    else places.set(key, { place, groups: [group] });
  }
  return [...places.values()].map((one) => ({ ...one, comparison }));
}

function verdictCommand(comparison: Comparison): string {
  const { verdict } = comparison.difference;
  return workflowCommand({
    severity: verdict === 'inconclusive' ? 'error' : 'note',
    title: `nemoclaw diff: ${verdict}`,
    place: firstLine(comparison),
    lines: [`${comparison.path}: ${plainPhrase(verdictPhrase(comparison))}`],
  });
}

function annotationCommand(annotation: Annotation): string {
  const changes = changesOf(annotation);
  const { direction, classes } = changes[0]!;
  const widens = direction === 'widens';
  return workflowCommand({
    severity: widens ? FINDING_SEVERITY[worstOf(changes)] : 'note',
    title: widens ? `widens (${worstOf(changes)}): ${classes[0]}` : 'narrows',
    place: annotation.place,
    lines: annotation.groups.length === 1 ? groupLines(annotation) : countedLines(annotation, direction),
  });
}

/** Everything that one entry causes. */
function groupLines({ groups: [group], comparison }: Annotation): string[] {
  const { cause, sets } = group!;
  return [
    `${CAUSE_WORDS[cause.kind]} ${cause.grant.id} at ${placeWords(cause, comparison)}`,
    ...sets.flatMap(({ change }) => setLines(change)),
  ];
}

/** How much comes or goes by many entries, and the worst of it. */
function countedLines(annotation: Annotation, direction: Direction): string[] {
  const { groups, comparison } = annotation;
  const changes = changesOf(annotation);
  const part = extensionOf(groups[0]!.cause, comparison)?.name ?? null;
  const sets = counted(changes.length, 'set of accesses', 'sets of accesses');
  const entries = counted(groups.length, 'entry', 'entries');
  const shown = examplesOf(changes);
  const more = changes.length - shown.length;
  return [
    `${sets} ${direction === 'widens' ? 'new' : 'gone'} by ${entries}${part === null ? '' : ` of ${part}`}`,
    ...shown.flatMap(setLines),
    ...(more > 0 ? [`and ${more} more; \`nemoclaw diff\` lists them all`] : []),
  ];
}

/** The first of each kind, as many sets that mean the same say little. */
function examplesOf(changes: readonly Change[]): readonly Change[] {
  const kinds = new Map<string, Change>();
  for (const change of changes) {
    const kind = change.classes.join();
    if (!kinds.has(kind)) kinds.set(kind, change);
  }
  return [...kinds.values()].slice(0, MOST_SETS);
}

function setLines(change: Change): string[] {
  return [
    ...(change.direction === 'widens' ? [meaningOf(change)] : []),
    plainPhrase(phraseOfSet(change)),
    `${exampleIntroduction(change)}${change.example}`,
  ];
}

function restCommand(file: string, place: Span | null, sets: number): string {
  const more = counted(sets, 'more set of accesses', 'more sets of accesses');
  return workflowCommand({
    severity: 'note',
    title: 'nemoclaw diff: and more',
    place,
    lines: [`${file}: and ${more}; \`nemoclaw diff\` lists them all`],
  });
}

function changesOf({ groups }: Annotation): Change[] {
  return groups.flatMap(({ sets }) => sets.map(({ change }) => change));
}

function worstOf(changes: readonly Change[]): Change['severity'] {
  return SEVERITIES.find((severity) => changes.some((change) => change.severity === severity))!;
}
