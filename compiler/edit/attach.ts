import type { Comment } from './comments.ts';
import type { Collection, Piece, Slot } from './layout.ts';
import { firstIndex } from './lines.ts';

/** A place where something ends, so that a comment on the rest of the line belongs to it. */
interface Ending {
  readonly at: number;
  readonly slot: Slot;
}

/**
 * Gives every comment to the slot that it speaks about: to the one on its line, to the next one, or to the end of the
 * collection that it is indented with.
 */
export function attachComments(root: Collection, comments: readonly Comment[], text: string): void {
  new Attachment(root, text).attach(comments);
}

class Attachment {
  readonly #root: Collection;
  readonly #text: string;
  /** In the order of the text; a slot stands before those inside it. */
  readonly #slots: Slot[] = [];
  readonly #endings: Ending[] = [];

  constructor(root: Collection, text: string) {
    this.#root = root;
    this.#text = text;
    this.gather(root);
    this.#endings.sort((a, b) => a.at - b.at);
  }

  attach(comments: readonly Comment[]): void {
    let previous: { comment: Comment; after: string[] } | null = null;
    let leadingOf: Slot | null = null;
    for (const comment of comments) {
      if (previous !== null && this.continues(comment, previous.comment)) {
        previous.after.push(comment.text);
        previous = { comment, after: previous.after };
        continue;
      }
      previous = null;
      const next = this.slotAfter(comment.start);
      const beside = comment.ownLine ? null : this.slotOnLine(comment.start);
      const waiting = this.slotWaitingAt(comment.start);
      if (beside !== null && beside.after.length === 0) {
        beside.after.push(comment.text);
        previous = { comment, after: beside.after };
      } else if (beside !== null || waiting !== null) {
        (beside ?? waiting)!.leading.push(comment);
      } else if (next !== null && next === leadingOf) {
        next.leading.push(comment);
      } else {
        const ending = this.collectionEndingAt(comment, next);
        (ending?.foot ?? next!.leading).push(comment);
        leadingOf = ending === null ? next : null;
      }
    }
  }

  private gather(piece: Piece): void {
    if (piece.kind === 'scalar') return;
    for (const slot of piece.slots) {
      this.#slots.push(slot);
      if (slot.key !== null) this.#endings.push({ at: slot.key.end, slot });
      // What is inside ends first, so that a comment after both goes to the outer one.
      this.gather(slot.value);
      if (slot.value.kind === 'scalar') this.#endings.push({ at: slot.value.node.end, slot });
      else if (slot.value.inBrackets) this.#endings.push({ at: slot.value.end, slot });
    }
  }

  /** Directly below a comment beside something, in the same column. */
  private continues(comment: Comment, before: Comment): boolean {
    if (!comment.ownLine || comment.column !== before.column) return false;
    const between = this.#text.slice(before.start, comment.start);
    return between.indexOf('\n') === between.lastIndexOf('\n');
  }

  private slotAfter(at: number): Slot | null {
    const index = firstIndex(this.#slots.length, (slot) => this.#slots[slot]!.start > at);
    return this.#slots[index] ?? null;
  }

  /** The slot of what last ended before `at`, if that was on the same line. */
  private slotOnLine(at: number): Slot | null {
    const index = firstIndex(this.#endings.length, (ending) => this.#endings[ending]!.at > at) - 1;
    const ending = this.#endings[index];
    return ending === undefined || this.#text.slice(ending.at, at).includes('\n') ? null : ending.slot;
  }

  /** The slot whose key or dash stands before `at` and whose value stands after it. */
  private slotWaitingAt(at: number): Slot | null {
    const slot = this.slotBefore(at);
    if (slot === null) return null;
    const { value } = slot;
    if (value.kind === 'scalar') return value.node.start > at ? slot : null;
    return value.inBrackets && value.start > at ? slot : null;
  }

  private slotBefore(at: number): Slot | null {
    const index = firstIndex(this.#slots.length, (slot) => this.#slots[slot]!.start > at) - 1;
    return this.#slots[index] ?? null;
  }

  /** The collection that a comment on its own line closes; null where it speaks about `next`. */
  private collectionEndingAt(comment: Comment, next: Slot | null): Collection | null {
    const before = this.slotBefore(comment.start);
    const around = before === null ? [this.#root] : collectionsAround(before);
    const brackets = around.find(({ inBrackets, end }) => inBrackets && comment.start < end);
    if (brackets !== undefined) return next !== null && next.start < brackets.end ? null : brackets;
    if (next !== null && comment.column <= next.column) return null;
    if (next === null && comment.column === 0) return this.#root;
    const open = new Set(next === null ? [] : collectionsAround(next));
    const closed = around.filter((one) => !open.has(one) && !one.inBrackets);
    const fitting = closed.find(({ column }) => column <= comment.column);
    return fitting ?? (next === null ? this.#root : null);
  }
}

/** The collections that a slot opens or stands in, the innermost first. */
function collectionsAround(slot: Slot): Collection[] {
  const around: Collection[] = slot.value.kind === 'scalar' ? [] : [slot.value];
  for (let one: Slot | null = slot; one !== null; one = one.owner.parent) around.push(one.owner);
  return around;
}
