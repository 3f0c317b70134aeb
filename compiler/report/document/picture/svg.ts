import { visible } from '../../../diagnostics/render/visible.ts';
import { escapeHtml } from '../../html/text.ts';
import {
  AGENT,
  CARD_WIDTH,
  DOOR,
  HEADER,
  type Layout,
  LIMIT_ROW,
  layOut,
  NOTE,
  type PlacedCard,
  ROW,
  WALL,
  WIDTH,
} from './layout.ts';
import type { Card, Passage, Picture } from './picture.ts';

/** Characters of the fixed-width letters that fit a row of a card. */
const ROW_LETTERS = 41;
const NOTE_LETTERS = 44;
const NAME_LETTERS = 19;

/**
 * The picture as an element of the page. Colours are the page's; every colour also has a word or a form, so that nothing is
 * lost without them.
 */
export function svgOf(picture: Picture): string {
  const layout = layOut(picture);
  return [
    `<svg class="picture" viewBox="0 0 ${WIDTH} ${n(layout.height)}" role="img" aria-labelledby="picture-title picture-text" xmlns="http://www.w3.org/2000/svg">`,
    `<title id="picture-title">The reach of ${escapeHtml(picture.agent.name)}</title>`,
    `<desc id="picture-text">${escapeHtml(inWords(picture).join('. '))}.</desc>`,
    DEFINITIONS,
    ...wall(layout),
    ...layout.cards.map((card) => passage(card, layout)),
    ...agent(picture, layout),
    ...layout.cards.map(drawCard),
    ...kernel(picture, layout),
    '</svg>',
  ].join('\n');
}

/** What the drawing shows, one sentence a part, for whoever does not see it. */
export function inWords({ agent, left, right, kernel, limits }: Picture): string[] {
  return [
    `In the middle the agent ${agent.name}, ${agent.who}, within a wall${limits.length === 0 ? '' : `, limited to ${limits.join(', ')}`}`,
    ...[...left, ...right].map(cardWords),
    `Below, the kernel answers ${kernel.answers}${kernel.refuses.length === 0 ? '' : `, and refuses ${kernel.refuses.join(', ')}`}`,
  ];
}

const PASSAGE_WORDS: Readonly<Record<Passage, string>> = {
  in: 'Through a door inwards',
  out: 'Through a door outwards',
  both: 'Through a door both ways',
  shut: 'Behind the wall without a door',
};

function cardWords({ title, passage: through, rows, more }: Card): string {
  const texts = rows.map(({ text, note }) => (note === null ? text : `${text} (${note})`));
  return `${PASSAGE_WORDS[through]}, ${title}: ${[...texts, ...(more > 0 ? [`${more} more`] : [])].join(', ')}`;
}

const ARROWS = ['write', 'read', 'scratch', 'environment', 'hosts', 'streams', 'models', 'kernel'] as const;
const DEFINITIONS = `<defs>${ARROWS.map(
  (kind) =>
    `<marker id="arrow-${kind}" class="arrow ${kind}" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0 0L10 5L0 10z"/></marker>`,
).join('')}</defs>`;

/** The wall with a gap at each door. */
function wall({ wall: { top, bottom }, cards, agent: { x } }: Layout): string[] {
  const doors = (side: 'left' | 'right') =>
    cards.filter((card) => card.side === side && card.card.passage !== 'shut').map(({ door }) => door.y);
  const upright = (at: number, gaps: readonly number[]) => {
    const ends = [top, ...gaps.flatMap((y) => [y - DOOR, y + DOOR]), bottom];
    const lines: string[] = [];
    for (let i = 0; i < ends.length; i += 2) lines.push(`M${at} ${n(ends[i]!)}V${n(ends[i + 1]!)}`);
    return lines.join('');
  };
  const level = `M${WALL.left} ${n(top)}H${WALL.right}M${WALL.left} ${n(bottom)}H${n(x - DOOR)}M${n(x + DOOR)} ${n(bottom)}H${WALL.right}`;
  return [
    `<rect class="inside" x="${WALL.left}" y="${n(top)}" width="${WALL.right - WALL.left}" height="${n(bottom - top)}"/>`,
    `<path class="wall" d="${level}${upright(WALL.left, doors('left'))}${upright(WALL.right, doors('right'))}"/>`,
    `<text class="small" x="${n(x)}" y="${n(top - 14)}" text-anchor="middle">the wall: what has no door is not reached</text>`,
  ];
}

/** From the agent through its door to the card; what is shut ends at the wall. */
function passage(
  { card: { kind, passage: through }, side, x, door, way }: PlacedCard,
  { agent: from }: Layout,
): string {
  const edge = side === 'left' ? x + CARD_WIDTH : x;
  const sign = side === 'left' ? -1 : 1;
  if (way === null) {
    const stop = door.x + sign * 12;
    return `<g class="passage shut"><path d="M${edge} ${n(door.y)}H${stop}"/><path class="bar" d="M${stop} ${n(door.y - 11)}v22"/></g>`;
  }
  const path = bent(from.x + sign * (AGENT.width / 2 + 4), way.start, way.lane, door.y, edge - sign * 4);
  const starts = through === 'in' || through === 'both' ? ` marker-start="url(#arrow-${kind})"` : '';
  const ends = through === 'out' || through === 'both' ? ` marker-end="url(#arrow-${kind})"` : '';
  return `<path class="passage ${kind}" d="${path}"${starts}${ends}/>`;
}

/** Level, upright and level again, with round corners. */
function bent(fromX: number, fromY: number, lane: number, toY: number, toX: number): string {
  const rise = toY - fromY;
  if (Math.abs(rise) < 1) return `M${n(fromX)} ${n(fromY)}H${n(toX)}`;
  const round = Math.min(9, Math.abs(rise) / 2);
  const across = Math.sign(toX - fromX) * round;
  const along = Math.sign(rise) * round;
  return (
    `M${n(fromX)} ${n(fromY)}H${n(lane - across)}Q${n(lane)} ${n(fromY)} ${n(lane)} ${n(fromY + along)}` +
    `V${n(toY - along)}Q${n(lane)} ${n(toY)} ${n(lane + across)} ${n(toY)}H${n(toX)}`
  );
}

function agent({ agent: { name, who }, limits }: Picture, { agent: at, limitsTop }: Layout): string[] {
  const { width, height } = AGENT;
  return [
    `<rect class="agent" x="${n(at.x - width / 2)}" y="${n(at.y - height / 2)}" width="${width}" height="${height}" rx="14"/>`,
    `<text class="small on" x="${at.x}" y="${n(at.y - 20)}" text-anchor="middle">the agent</text>`,
    `<text class="name" x="${at.x}" y="${n(at.y + 5)}" text-anchor="middle">${escapeHtml(cut(name, NAME_LETTERS))}</text>`,
    `<text class="small on" x="${at.x}" y="${n(at.y + 27)}" text-anchor="middle">${escapeHtml(cut(who, 28))}</text>`,
    ...(limits.length === 0
      ? []
      : [`<text class="small strong" x="${at.x}" y="${n(limitsTop)}" text-anchor="middle">at most</text>`]),
    ...limits.map(
      (limit, row) =>
        `<text class="small" x="${at.x}" y="${n(limitsTop + (row + 1) * LIMIT_ROW)}" text-anchor="middle">${escapeHtml(limit)}</text>`,
    ),
  ];
}

function drawCard({ card, x, y, height }: PlacedCard): string {
  const { kind, title, rows, more, passage: through } = card;
  const lines: string[] = [];
  let at = y + HEADER;
  for (const { text, note } of rows) {
    at += ROW;
    lines.push(`<text class="value" x="${x + 14}" y="${n(at - 5)}">${fitted(text, ROW_LETTERS)}</text>`);
    if (note === null) continue;
    at += NOTE + 3;
    lines.push(`<text class="note" x="${x + 14}" y="${n(at - 7)}">${fitted(note, NOTE_LETTERS)}</text>`);
  }
  if (more > 0)
    lines.push(
      `<text class="note" x="${x + 14}" y="${n(at + ROW - 6)}">and ${more} more, listed below</text>`,
    );
  return [
    `<g class="card ${kind} ${through}">`,
    `<rect class="body" x="${x}" y="${n(y)}" width="${CARD_WIDTH}" height="${n(height)}" rx="8"/>`,
    `<path class="edge" d="M${x + 3} ${n(y + 9)}v${n(height - 18)}"/>`,
    `<text class="title" x="${x + 14}" y="${n(y + 20)}">${escapeHtml(title)}</text>`,
    ...lines,
    '</g>',
  ].join('\n');
}

function kernel(
  { kernel: { answers, refuses } }: Picture,
  { kernel: box, wall: { bottom }, agent: { x } }: Layout,
): string[] {
  const from = bottom - 26;
  return [
    `<path class="passage kernel" d="M${n(x)} ${n(from)}V${n(box.y - 5)}" marker-end="url(#arrow-kernel)"/>`,
    '<g class="card kernel">',
    `<rect class="body" x="${box.x}" y="${n(box.y)}" width="${box.width}" height="${box.height}" rx="8"/>`,
    `<text class="title" x="${box.x + 14}" y="${n(box.y + 24)}">the kernel answers <tspan class="plain">${escapeHtml(answers)}</tspan></text>`,
    ...chips(refuses, box),
    '</g>',
  ];
}

/** Words in frames, in as many lines as fit. */
function chips(words: readonly string[], box: Layout['kernel']): string[] {
  const drawn = [`<text class="title" x="${box.x + 14}" y="${n(box.y + 53)}">and refuses</text>`];
  let x = box.x + 108;
  let y = box.y + 36;
  for (const word of words) {
    const width = word.length * 7 + 20;
    if (x + width > box.x + box.width - 12) {
      x = box.x + 108;
      y += 29;
    }
    if (y + 24 > box.y + box.height) break;
    drawn.push(
      `<rect class="chip" x="${n(x)}" y="${n(y)}" width="${width}" height="24" rx="12"/>`,
      `<text class="small" x="${n(x + width / 2)}" y="${n(y + 16)}" text-anchor="middle">${escapeHtml(word)}</text>`,
    );
    x += width + 8;
  }
  return drawn;
}

/** A text that fits, with the whole one as a tooltip where it was cut. */
function fitted(text: string, letters: number): string {
  const short = cut(text, letters);
  return short === text ? escapeHtml(text) : `<title>${escapeHtml(text)}</title>${escapeHtml(short)}`;
}

/** Keeps both ends: a path is told by its end, a host by its end as well. Wide letters count twice. */
function cut(text: string, letters: number): string {
  const points = [...visible(text)];
  const size = (part: readonly string[]) => part.reduce((sum, point) => sum + (point > '\u02ff' ? 2 : 1), 0);
  if (size(points) <= letters) return text;
  const head: string[] = [];
  const tail: string[] = [];
  while (size(head) + size(tail) < letters - 2) {
    tail.unshift(points.pop()!);
    if (size(head) + size(tail) < letters - 2) head.push(points.shift()!);
  }
  return `${head.join('')}…${tail.join('')}`;
}

/** A coordinate with at most one decimal. */
function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
