import { placeText } from './approval-words.ts';
import { commandsFor } from './commands.ts';
import { coverageNotes } from './coverage-notes.ts';
import type { AuditDocument } from './document.ts';
import { FACET_ORDER } from './facets/order.ts';
import { figuresOf } from './figures.ts';
import { facetSection } from './markdown/facets.ts';
import { codeBlock, codeSpan, list, markdownOf, prose, table } from './markdown/text.ts';
import { inThousands } from './phrase.ts';
import { coverageWord, LIMITS, OUTCOME_WORDS, STATE_WORDS } from './state-words.ts';

/** The document as Markdown that GitHub and pandoc read. Nothing in it that comes from the user acts on its form. */
export function markdownDocument(document: AuditDocument): string {
  return [
    ...head(document),
    ...statements(document),
    ...document.chapters.flatMap((chapter) => facetSection(chapter, document)),
    ...coverage(document),
    ...gaps(document),
    ...guardrails(document),
    ...caveats(document),
    ...controls(document),
    ...inputs(document),
  ].join('\n');
}

function head(document: AuditDocument): string[] {
  const { name, description, file, owners, date, tool, policy, place, notStarted } = document;
  const rows: [string, string][] = [
    ['blueprint', codeSpan(file)],
    ['answers for it', owners.length === 0 ? 'nobody is named' : owners.map(codeSpan).join(', ')],
    ['its meaning', policy === null ? 'too intricate for a digest' : codeSpan(policy)],
    [
      'folders as on',
      `${codeSpan(place.name)}: works in ${codeSpan(place.workdir)}, home ${codeSpan(place.home)}`,
    ],
    ...Object.entries(place.variables).map(([key, value]): [string, string] => [
      'variable',
      `${codeSpan(key)} is ${codeSpan(value)}`,
    ]),
    ...(date === null ? [] : [['written', date] as [string, string]]),
    ['by', `${tool.name} ${tool.version}`],
  ];
  return [
    `# What ${codeSpan(name)} can and cannot do`,
    '',
    ...(description === null ? [] : [prose(description), '']),
    ...table(['', ''], rows),
    LIMITS,
    '',
    ...(notStarted === null ? [] : [`**${markdownOf(notStarted)}**`, '']),
    '## At a glance',
    '',
    ...figuresOf(document).map(({ value, label }) => `- **${inThousands(value)}** ${label}`),
    '',
  ];
}

function statements({ statements: all }: AuditDocument): string[] {
  const rows = all.map(({ id, title, state, text }) => [
    title,
    STATE_WORDS[state],
    markdownOf(text),
    codeSpan(id),
  ]);
  return ['## Statements', '', ...table(['statement', '', 'for this blueprint', 'name'], rows)];
}

function coverage({ targets }: AuditDocument): string[] {
  const rows = targets.map(({ name, assumed, enforced, facets }) => [
    codeSpan(name) + (assumed === null ? '' : ` (given ${assumed})`),
    enforced ? 'enforced' : 'refused',
    ...FACET_ORDER.map((facet) => {
      const verdict = facets.find((one) => one.facet === facet);
      return verdict === undefined ? '' : coverageWord(verdict);
    }),
  ]);
  return [
    '## How each target enforces it',
    '',
    'Exact: everything granted works and nothing else does. Stricter: nothing denied works, and some of what is granted does',
    'not either. Looser: something denied works. A target that refuses it writes and starts nothing.',
    '',
    ...table(['target', '', ...FACET_ORDER], rows),
    ...list(coverageNotes({ targets })),
    '',
  ];
}

function gaps({ gaps: all }: AuditDocument): string[] {
  if (all.length === 0) return ['## Accepted gaps', '', 'None.', ''];
  const rows = all.map(({ gap, reason, place, counts }) => [
    codeSpan(gap),
    prose(reason),
    codeSpan(placeText(place)),
    counts.length === 0 ? 'no judged target has it' : counts.map(({ target }) => codeSpan(target)).join(', '),
    markdownOf(counts[0]?.witness ?? []),
  ]);
  return ['## Accepted gaps', '', ...table(['gap', 'reason', 'where', 'counts on', 'so it can'], rows)];
}

function guardrails({ guardrails: { source, verdicts } }: AuditDocument): string[] {
  const rows = verdicts.map(({ name, reason, outcome, examples }) => [
    codeSpan(name),
    OUTCOME_WORDS[outcome],
    reason === null ? '' : prose(reason),
    examples.map(({ words, place }) => `${markdownOf(words)} (${codeSpan(placeText(place))})`).join('; '),
  ]);
  return [
    '## Guardrails',
    '',
    `From ${codeSpan(source)}. Kept means proved for every access there is.`,
    '',
    ...table(['guardrail', '', 'why it is there', 'what breaks it'], rows),
  ];
}

function caveats({ notWithstood }: AuditDocument): string[] {
  const lines = notWithstood.flatMap(({ title, text, places }) => [
    `- **${title}**: ${markdownOf(text)}.${
      places.length === 0
        ? ''
        : ` Written at ${places
            .slice(0, 5)
            .map((place) => codeSpan(placeText(place)))
            .join(', ')}${places.length > 5 ? ` and ${places.length - 5} more` : ''}.`
    }`,
  ]);
  return ['## What is not withstood', '', ...lines, ''];
}

function controls({ controls: { name, description, controls: all } }: AuditDocument): string[] {
  const rows = all.map(({ framework, id, title, evidence, state, doesNotShow }) => [
    prose(framework),
    prose(id),
    prose(title),
    STATE_WORDS[state],
    evidence.map(codeSpan).join(', '),
    prose(doesNotShow),
  ]);
  return [
    '## Controls',
    '',
    `Mapping ${codeSpan(name)}.${description === null ? '' : ` ${prose(description)}`}`,
    '',
    ...table(['framework', 'control', 'asks for', 'evidence', 'statements', 'not shown'], rows),
  ];
}

function inputs(document: AuditDocument): string[] {
  const rows = document.inputs.map(({ name, digest }) => [codeSpan(name), codeSpan(digest)]);
  return [
    '## What it was made from',
    '',
    ...table(['input', 'digest'], rows),
    'To check it:',
    '',
    ...codeBlock('sh', commandsFor(document)),
  ];
}
