import { code, escapeHtml } from '../../html/text.ts';
import { placeText } from '../approval-words.ts';
import { coverageNotes } from '../coverage-notes.ts';
import type { AuditDocument } from '../document.ts';
import { FACET_ORDER } from '../facets/order.ts';
import type { Place } from '../permission.ts';
import { coverageWord, OUTCOME_WORDS, STATE_WORDS } from '../state-words.ts';
import type { StatementState } from '../statements.ts';
import { htmlOf, sentence } from './phrase.ts';

type Tone = 'good' | 'look' | 'bad';
const TONES: Readonly<Record<StatementState, Tone>> = { holds: 'good', partly: 'look', fails: 'bad' };

export function badge(tone: Tone, text: string): string {
  return `<span class="badge ${tone}">${escapeHtml(text)}</span>`;
}

export function statementRows({ statements }: AuditDocument): string[] {
  return [
    '<table><thead><tr><th>statement</th><th class="nowrap">state</th><th>for this blueprint</th></tr></thead><tbody>',
    ...statements.map(
      ({ id, title, state, text }) =>
        `<tr id="statement-${id}"><td>${escapeHtml(title)}<br><span class="soft">${code(id)}</span></td><td class="nowrap">${badge(TONES[state], STATE_WORDS[state])}</td><td>${htmlOf(text)}</td></tr>`,
    ),
    '</tbody></table>',
  ];
}

export function coverageRows({ targets }: AuditDocument): string[] {
  const cells = (facets: AuditDocument['targets'][number]['facets']) =>
    FACET_ORDER.map((facet) => {
      const verdict = facets.find((one) => one.facet === facet)!;
      const tone =
        verdict.kind === 'exact' ? 'good' : verdict.kind === 'stricter' || verdict.accepted ? 'look' : 'bad';
      return `<td>${badge(tone, coverageWord(verdict))}</td>`;
    }).join('');
  const notes = coverageNotes({ targets }).map((note) => `<li>${htmlOf(note)}</li>`);
  return [
    '<p>Exact: everything granted works and nothing else does. Stricter: nothing denied works, and some of what is granted does not either. Looser: something denied works. A target that refuses it writes and starts nothing.</p>',
    `<table><thead><tr><th>target</th><th></th>${FACET_ORDER.map((facet) => `<th>${facet}</th>`).join('')}</tr></thead><tbody>`,
    ...targets.map(
      ({ name, assumed, enforced, facets }) =>
        `<tr><td>${code(name)}${assumed === null ? '' : `<br><span class="soft">given ${escapeHtml(assumed)}</span>`}</td><td>${enforced ? badge('good', 'enforced') : badge('bad', 'refused')}</td>${cells(facets)}</tr>`,
    ),
    '</tbody></table>',
    ...(notes.length === 0 ? [] : ['<ul>', ...notes, '</ul>']),
  ];
}

export function gapRows({ gaps }: AuditDocument): string[] {
  if (gaps.length === 0) return ['<p>None: the blueprint accepts no gap in its enforcement.</p>'];
  return [
    '<table><thead><tr><th>gap</th><th>reason that is given</th><th>written at</th><th>counts on</th></tr></thead><tbody>',
    ...gaps.map(({ gap, reason, place, counts }) => {
      const witness = counts[0]?.witness ?? [];
      const where =
        counts.length === 0 ? 'no target judged here' : counts.map(({ target }) => code(target)).join(', ');
      return `<tr><td>${code(gap)}</td><td>${escapeHtml(reason)}</td><td>${code(placeText(place))}</td><td>${where}${witness.length === 0 ? '' : `<br>so it can ${htmlOf(witness)}`}</td></tr>`;
    }),
    '</tbody></table>',
  ];
}

export function guardrailRows({ guardrails: { source, verdicts } }: AuditDocument): string[] {
  return [
    `<p>From ${code(source)}. Kept means proved for every access there is, not for samples.</p>`,
    '<table><thead><tr><th>guardrail</th><th class="nowrap">outcome</th><th>why it is there, and what breaks it</th></tr></thead><tbody>',
    ...verdicts.map(({ name, reason, outcome, examples }) => {
      const broken = examples.map(
        ({ words, place }) => `<br>${htmlOf(words)} <span class="soft">${code(placeText(place))}</span>`,
      );
      return `<tr><td>${code(name)}</td><td class="nowrap">${badge(outcome === 'proved' ? 'good' : 'bad', OUTCOME_WORDS[outcome])}</td><td>${reason === null ? '' : escapeHtml(reason)}${broken.join('')}</td></tr>`;
    }),
    '</tbody></table>',
  ];
}

const MOST_PLACES = 5;

export function caveatRows({ notWithstood }: AuditDocument): string[] {
  const at = (places: readonly Place[]) => {
    if (places.length === 0) return '';
    const shown = places.slice(0, MOST_PLACES).map((place) => code(placeText(place)));
    const more = places.length - shown.length;
    return `<br><span class="at">written at ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}</span>`;
  };
  return [
    '<ul class="caveats">',
    ...notWithstood.map(
      ({ title, text, places }) => `<li><b>${escapeHtml(title)}</b><br>${sentence(text)}.${at(places)}</li>`,
    ),
    '</ul>',
  ];
}

export function controlRows({ controls: { name, description, controls } }: AuditDocument): string[] {
  const frameworks = [...new Set(controls.map(({ framework }) => framework))];
  return [
    `<p>Mapping ${code(name)}.${description === null ? '' : ` ${escapeHtml(description)}`}</p>`,
    ...frameworks.flatMap((framework) => [
      `<h3>${escapeHtml(framework)}</h3>`,
      '<table><thead><tr><th>control</th><th class="nowrap">evidence</th><th>statements</th><th>what is not shown</th></tr></thead><tbody>',
      ...controls
        .filter((control) => control.framework === framework)
        .map(
          ({ id, title, state, evidence, doesNotShow }) =>
            `<tr><td><b>${escapeHtml(id)}</b><br>${escapeHtml(title)}</td><td class="nowrap">${badge(TONES[state], STATE_WORDS[state])}</td><td>${evidence.map((one) => `<a href="#statement-${one}">${code(one)}</a>`).join(', ')}</td><td>${escapeHtml(doesNotShow)}</td></tr>`,
        ),
      '</tbody></table>',
    ]),
  ];
}
