import type { Card, Picture } from './picture.ts';

/** Units of the drawing; the page scales it to its width. */
export const WIDTH = 1120;
export const CARD_WIDTH = 334;
export const WALL = { left: 398, right: 722 } as const;
export const HEADER = 30;
export const ROW = 19;
export const NOTE = 15;
const PADDING = 12;
const GAP = 16;
const TOP = 34;
const LEAST_HEIGHT = 340;
const KERNEL_GAP = 46;
const KERNEL_HEIGHT = 96;
/** Half of a door's width. */
export const DOOR = 15;
/** From the first to the last of its lines, half of what the agent takes in the middle. */
export const AGENT = { width: 184, height: 104 } as const;
/** How far the first way is from the wall, and the next from that. */
const LANES = { first: 22, step: 10 } as const;
/** The farthest apart that two ways leave the agent. */
const WIDEST_STEP = 22;
export const LIMIT_ROW = 17;

export interface PlacedCard {
  readonly card: Card;
  readonly side: 'left' | 'right';
  readonly x: number;
  readonly y: number;
  readonly height: number;
  /** Where its passage crosses the wall. */
  readonly door: { readonly x: number; readonly y: number };
  /** Where its passage leaves the agent and where it turns; null where there is none. */
  readonly way: Way | null;
}

export interface Way {
  readonly start: number;
  readonly lane: number;
}

export interface Layout {
  readonly height: number;
  readonly wall: { readonly top: number; readonly bottom: number };
  readonly agent: { readonly x: number; readonly y: number };
  readonly limitsTop: number;
  readonly cards: readonly PlacedCard[];
  readonly kernel: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
}

/** Puts the cards of each side under each other, the shorter side in the middle, and the kernel below all. */
export function layOut(picture: Picture): Layout {
  const columns = [picture.left, picture.right].map((cards) => cards.map(heightOf));
  const heights = columns.map((column) => column.reduce((sum, height) => sum + height + GAP, -GAP));
  const inside = AGENT.height + 60 + picture.limits.length * LIMIT_ROW;
  const tallest = Math.max(LEAST_HEIGHT, inside, ...heights);
  const wall = { top: TOP, bottom: TOP + tallest };
  const agentY =
    wall.top + Math.max(AGENT.height / 2 + 26, (tallest - picture.limits.length * LIMIT_ROW) / 2 - 14);
  const cards = (['left', 'right'] as const).flatMap((side, at) =>
    withWays(placed(picture[side], side, TOP + (tallest - heights[at]!) / 2), agentY),
  );
  const kernelTop = wall.bottom + KERNEL_GAP;
  return {
    height: kernelTop + KERNEL_HEIGHT + 4,
    wall,
    agent: { x: (WALL.left + WALL.right) / 2, y: agentY },
    limitsTop: agentY + AGENT.height / 2 + 34,
    cards,
    kernel: { x: 2, y: kernelTop, width: WIDTH - 4, height: KERNEL_HEIGHT },
  };
}

function placed(cards: readonly Card[], side: 'left' | 'right', top: number): PlacedCard[] {
  let y = top;
  return cards.map((card) => {
    const height = heightOf(card);
    const one: PlacedCard = {
      card,
      side,
      x: side === 'left' ? 2 : WIDTH - CARD_WIDTH - 2,
      y,
      height,
      door: { x: side === 'left' ? WALL.left : WALL.right, y: y + height / 2 },
      way: null,
    };
    y += height + GAP;
    return one;
  });
}

/**
 * Ways of one side that never cross: they leave the agent in the order of their doors, and the farther a door is from the
 * agent, the farther from the wall its way turns.
 */
function withWays(cards: readonly PlacedCard[], agentY: number): PlacedCard[] {
  const open = cards.filter(({ card }) => card.passage !== 'shut');
  const step = Math.min(WIDEST_STEP, (AGENT.height - 28) / Math.max(1, open.length - 1));
  return cards.map((one) => {
    const at = open.indexOf(one);
    if (at === -1) return one;
    const start = agentY + (at - (open.length - 1) / 2) * step;
    const isAbove = one.door.y < start;
    const nearer = open.filter(
      ({ door }, other) =>
        other !== at &&
        (isAbove ? door.y > one.door.y && door.y < agentY : door.y < one.door.y && door.y >= agentY),
    );
    const inwards = one.side === 'left' ? 1 : -1;
    return {
      ...one,
      way: { start, lane: one.door.x + inwards * (LANES.first + nearer.length * LANES.step) },
    };
  });
}

export function heightOf({ rows, more }: Card): number {
  const lines = rows.reduce((sum, { note }) => sum + ROW + (note === null ? 0 : NOTE + 3), 0);
  return HEADER + lines + (more > 0 ? ROW : 0) + PADDING;
}
