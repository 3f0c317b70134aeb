import { entry } from '../entry.ts';

export const auditLineDamaged = entry<{ path: string; line: number; problem: string }>(
  'NC2030',
  'audit/line-damaged',
  'error',
  {
    message: ({ path, line, problem }) => `line ${line} of \`${path}\` is no event: ${problem}`,
    help: () => 'find out what happened to the log; `--skip-damaged` goes on without such lines',
    explanation:
      'An audit log has one event a line, in the form of `nemoclaw schema print audit-event`. A line that is cut, edited, ' +
      'too long or of a version that is not known says nothing that could be replayed, and an answer without it may be ' +
      'wrong: the access that it told of could be the very one that changes. So the answer is no, unless such lines are ' +
      'passed over by the explicit word of whoever asks; their number is then said.',
  },
);

export const auditLinesSkipped = entry<{ path: string; count: number }>(
  'NC2031',
  'audit/lines-skipped',
  'warning',
  {
    message: ({ path, count }) =>
      `${count} ${count === 1 ? 'line' : 'lines'} of \`${path}\` ${count === 1 ? 'is' : 'are'} no event and passed over`,
    explanation:
      'With `--skip-damaged` lines that hold no event are passed over. What they told of is in no answer, so the answer is ' +
      'about the rest of the log.',
  },
);

export const auditMoreDamaged = entry<{ path: string; count: number }>(
  'NC2032',
  'audit/more-damaged-lines',
  'error',
  {
    message: ({ path, count }) =>
      `${count} more ${count === 1 ? 'line' : 'lines'} of \`${path}\` hold no event`,
    explanation: 'Only the first damaged lines of a log are listed; this is how many there are beside them.',
  },
);

export const auditChainBroken = entry<{ path: string; line: number; count: number }>(
  'NC2033',
  'audit/chain-broken',
  'error',
  {
    message: brokenChain,
    help: () =>
      'find out what happened to the log; for a part of one, such as what `grep` gives, `--skip-damaged` goes on',
    explanation:
      'Every event names the SHA-256 of the line before it, so that no line can be changed, taken out or put in without the ' +
      'next one telling. A log whose chain is broken is not what was written, and an answer from it may be wrong: the lines ' +
      'that are missing could be the very ones that change. A part that somebody cut out of a log looks the same, so it ' +
      'takes the explicit word of whoever asks to replay it.',
  },
);

export const auditChainSkipped = entry<{ path: string; line: number; count: number }>(
  'NC2023',
  'audit/chain-break-skipped',
  'warning',
  {
    message: brokenChain,
    explanation:
      'With `--skip-damaged` a log is replayed although lines of it are changed or missing. The answer is about the lines ' +
      'that are there, and nothing says that they are what was written.',
  },
);

function brokenChain({ path, line, count }: { path: string; line: number; count: number }): string {
  const others = count === 1 ? '' : `, nor do ${count - 1} others`;
  return `line ${line} of \`${path}\` does not follow the line before it${others}`;
}

export const auditBeyondBound = entry<{ count: number }>('NC2034', 'audit/beyond-bound', 'warning', {
  message: ({ count }) =>
    `${count} of the accesses that change are counted and not listed, because there are too many different ones`,
  help: () => 'replay a shorter part of the log to see them',
  explanation:
    'A log may hold any number of different accesses, and a replay keeps only so many in mind. The numbers of accesses that ' +
    'change are exact all the same; the groups below them are not complete.',
});

export const auditNoDecision = entry<{ path: string }>('NC2035', 'audit/no-decision', 'warning', {
  message: ({ path }) => `\`${path}\` holds no decision, so nothing was replayed`,
  explanation:
    'A replay asks what becomes of accesses that happened. A log without any says nothing about a changed blueprint; ' +
    '`nemoclaw diff` compares two blueprints without one.',
});
