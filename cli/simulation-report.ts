import type { Simulation } from '../compiler/analysis/simulate/replay.ts';
import type { ChangeGroup, Turn } from '../compiler/analysis/simulate/tally.ts';
import type { Palette } from '../compiler/diagnostics/render/palette.ts';
import { visible } from '../compiler/diagnostics/render/visible.ts';
import type { Access } from '../compiler/ir/access.ts';
import { describeAccess } from '../compiler/ir/access-words.ts';
import { accessForm } from '../compiler/ir/audit-event/access-form.ts';

const MOST_EXAMPLES = 3;
const MOST_GROUPS = 25;

function timeText(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

/** What `-o json` says of a replay: everything, times as RFC 3339. */
export function simulationValue({ groups, from, to, damagedLines, counts, ...figures }: Simulation) {
  return {
    changes: counts,
    ...figures,
    from: timeText(from),
    to: timeText(to),
    damagedLines,
    groups: groups.map(({ turn, facet, subject, decision, count, first, last, accesses }) => ({
      turn,
      facet,
      subject,
      decides: {
        verdict: decision.verdict,
        why: decision.verdict === 'allow' ? 'granted' : decision.why,
        grant: decision.by === null ? null : { id: decision.by.id, origin: decision.by.origin.toJSON() },
      },
      count,
      distinct: accesses.length,
      first: timeText(first),
      last: timeText(last),
      accesses: accesses.map((one) => ({
        access: accessForm(one.access),
        words: accessWords(one.access),
        count: one.count,
        first: timeText(one.first),
        last: timeText(one.last),
      })),
    })),
  };
}

const TITLES: Readonly<Record<Turn, string>> = {
  'to-allow': 'denied before, would be allowed now',
  'to-deny': 'allowed before, would be denied now',
};

/** The same for a person, with a few examples a group. */
export function simulationText(simulation: Simulation, log: string, palette: Palette): string {
  const { decisions, from, to, counts, groups, unlikeOld } = simulation;
  const period = from === null ? '' : ` from ${timeText(from)} to ${timeText(to)}`;
  const lines = [`${visible(log)}: ${counted(decisions, 'decision')} replayed${period}`];
  if (unlikeOld !== null && unlikeOld > 0) {
    lines.push(
      `${counted(unlikeOld, 'access', 'accesses')} came out otherwise when recorded than OLD decides`,
    );
  }
  for (const turn of ['to-allow', 'to-deny'] as const) {
    if (counts[turn] === 0) continue;
    const mark = turn === 'to-allow' ? 'error' : 'warning';
    lines.push('', palette.severity(mark, `${counted(counts[turn], 'access', 'accesses')} ${TITLES[turn]}`));
    const own = groups.filter((group) => group.turn === turn);
    for (const group of own.slice(0, MOST_GROUPS)) lines.push(...groupLines(group, palette));
    const more = own.length - MOST_GROUPS;
    if (more > 0) lines.push(palette.faint(`  and ${counted(more, 'more group')}; all of them with -o json`));
  }
  if (counts['to-allow'] + counts['to-deny'] === 0 && decisions > 0) {
    lines.push(palette.good('every access would come out as it did'));
  }
  return `${lines.join('\n')}\n`;
}

function groupLines(
  { decision, count, accesses, first, last, facet, subject }: ChangeGroup,
  palette: Palette,
): string[] {
  const span = first === last ? `on ${timeText(first)}` : `from ${timeText(first)} to ${timeText(last)}`;
  const about = subject === null ? '' : ` ${visible(subject)}`;
  const times = `${counted(count, 'time')}, ${counted(accesses.length, 'different one')}`;
  const head = `  ${facet}${about}, ${deciderWords(decision)}: ${times}, ${span}`;
  const shown = accesses
    .slice(0, MOST_EXAMPLES)
    .map(({ access, count: often }) => `    ${String(often).padStart(6)}  ${visible(accessWords(access))}`);
  const more = accesses.length - shown.length;
  return [
    head,
    ...shown,
    ...(more > 0 ? [palette.faint(`            and ${more} more; all of them with -o json`)] : []),
  ];
}

/** An access that happened at many times, without the first of them. */
function accessWords(access: Access): string {
  return describeAccess(access.facet === 'egress' ? { ...access, at: 0 } : access);
}

/** What a denial says of its entry; the words go before it. */
export const WHY_WORDS = {
  denied: 'denied by',
  'not-included': 'not included in',
  expired: 'ended with',
  'not-granted': 'granted by nothing',
  'invalid-access': 'no valid access',
} as const;

function deciderWords(decision: ChangeGroup['decision']): string {
  const words = decision.verdict === 'allow' ? 'granted by' : WHY_WORDS[decision.why];
  if (decision.by === null) return words;
  const { file, line, column } = decision.by.origin;
  return `${words} ${visible(decision.by.id)} (${visible(file)}:${line}:${column})`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
