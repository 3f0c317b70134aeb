import { htmlPage } from '../html/page.ts';
import { code, escapeHtml } from '../html/text.ts';
import { commandsFor } from './commands.ts';
import type { AuditDocument } from './document.ts';
import { figuresOf } from './figures.ts';
import { facetSection } from './html/facets.ts';
import {
  caveatRows,
  controlRows,
  coverageRows,
  gapRows,
  guardrailRows,
  statementRows,
} from './html/judgement.ts';
import { htmlOf } from './html/phrase.ts';
import { STYLE } from './html/style.ts';
import { inThousands } from './phrase.ts';
import { pictureOf } from './picture/picture.ts';
import { inWords, svgOf } from './picture/svg.ts';
import { LIMITS, NOBODY } from './state-words.ts';

/** The document as one page that loads nothing and runs nothing, for the screen and for paper. */
export function htmlDocument(document: AuditDocument): string {
  const section = (id: string, title: string, body: readonly string[]) => [
    `<section id="${id}">`,
    `<h2>${title}</h2>`,
    ...body,
    '</section>',
  ];
  return htmlPage(`What ${document.name} can and cannot do`, STYLE, [
    '<main>',
    ...head(document),
    ...contents(document),
    ...section('picture', 'The reach as a picture', picture(document)),
    ...section('statements', 'Statements', statementRows(document)),
    ...document.chapters.flatMap((chapter) => facetSection(chapter, document)),
    ...section('coverage', 'How each target enforces it', coverageRows(document)),
    ...section('gaps', 'Accepted gaps', gapRows(document)),
    ...section('guardrails', 'Guardrails', guardrailRows(document)),
    ...section('not-withstood', 'What is not withstood', caveatRows(document)),
    ...section('controls', 'Controls', controlRows(document)),
    ...section('inputs', 'What it was made from', inputs(document)),
    `<footer>${escapeHtml(LIMITS)}</footer>`,
    '</main>',
  ]);
}

function head(document: AuditDocument): string[] {
  const { name, description, file, owners, date, tool, policy, place, notStarted } = document;
  const variables = Object.entries(place.variables).map(([key, value]) => `, ${code(key)} is ${code(value)}`);
  const facts: [string, string][] = [
    ['Blueprint', code(file)],
    ['Answers for it', owners.length === 0 ? NOBODY : owners.map(code).join(', ')],
    ['Its meaning', policy === null ? 'too intricate for a digest' : code(policy)],
    [
      'Folders as on',
      `${code(place.name)}: works in ${code(place.workdir)}, home ${code(place.home)}${variables.join('')}`,
    ],
    ['Written', `${date === null ? '' : `${date} `}by ${tool.name} ${tool.version}`],
  ];
  return [
    '<header>',
    '<p class="kicker">What an agent can and cannot do</p>',
    `<h1>${escapeHtml(name)}</h1>`,
    ...(description === null ? [] : [`<p class="lead">${escapeHtml(description)}</p>`]),
    `<dl class="facts">${facts.map(([term, value]) => `<dt>${term}</dt><dd>${value}</dd>`).join('')}</dl>`,
    `<p class="soft">${escapeHtml(LIMITS)}</p>`,
    ...(notStarted === null ? [] : [`<p class="lead"><strong>${htmlOf(notStarted)}</strong></p>`]),
    `<ul class="figures">${figuresOf(document)
      .map(
        ({ value, label, tone }) =>
          `<li class="${tone}"><b>${inThousands(value)}</b>${escapeHtml(label)}</li>`,
      )
      .join('')}</ul>`,
    '</header>',
  ];
}

function contents({ chapters }: AuditDocument): string[] {
  const entries: [string, string][] = [
    ['picture', 'The reach as a picture'],
    ['statements', 'Statements'],
    ...chapters.map(({ facet, title }): [string, string] => [facet, title]),
    ['coverage', 'How each target enforces it'],
    ['gaps', 'Accepted gaps'],
    ['guardrails', 'Guardrails'],
    ['not-withstood', 'What is not withstood'],
    ['controls', 'Controls'],
    ['inputs', 'What it was made from'],
  ];
  const items = entries.map(([id, title]) => `<li><a href="#${id}">${title}</a></li>`).join('');
  return [`<nav aria-label="Contents"><ol>${items}</ol></nav>`];
}

function picture({ name, reach }: AuditDocument): string[] {
  const drawn = pictureOf(name, reach);
  const words = inWords(drawn).map((line) => `<li>${escapeHtml(line)}.</li>`);
  return [
    '<figure>',
    svgOf(drawn),
    '<figcaption>Arrows show which way things go: towards the agent is reading, away from it is changing or sending. What is shut has a bar in place of a door. Dashed lines are streams that nobody looks into.',
    `<details><summary>The picture in words</summary><ul>${words.join('')}</ul></details></figcaption>`,
    '</figure>',
  ];
}

function inputs(document: AuditDocument): string[] {
  return [
    '<table><thead><tr><th>input</th><th>digest of its bytes</th></tr></thead><tbody>',
    ...document.inputs.map(({ name, digest }) => `<tr><td>${code(name)}</td><td>${code(digest)}</td></tr>`),
    '</tbody></table>',
    '<p>To check it:</p>',
    `<pre>${commandsFor(document).map(escapeHtml).join('\n')}</pre>`,
  ];
}
