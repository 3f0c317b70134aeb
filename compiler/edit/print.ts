import { isBlockScalar } from './comments.ts';
import type { Collection, Piece, Remark, ScalarPiece, Slot } from './layout.ts';
import { type BlockText, blockText, keyText, scalarText } from './scalar-text.ts';

const STEP = 2;

/** The lines of a document that is a mapping or a list. */
export function printDocument(root: Collection): string[] {
  if (root.slots.length === 0) return [...remarkLines(root.foot, 0), brackets(root)];
  return printBlock(root, 0);
}

function printBlock(collection: Collection, indent: number): string[] {
  const lines: string[] = [];
  const print = (more: readonly string[], blankBefore: boolean) => {
    // After a text that ends in blank lines of its own, one more would belong to it.
    if (blankBefore && lines.length > 0 && lines[lines.length - 1] !== '') lines.push('');
    for (const line of more) lines.push(line);
  };
  for (const slot of collection.slots) {
    const { inner, own } = printSlot(slot, indent);
    print(remarkLines(slot.leading, indent), slot.leading[0]?.blankBefore ?? false);
    print(remarkLines(inner, indent), slot.blankBefore && inner.length > 0);
    print(own, slot.blankBefore && inner.length === 0);
  }
  print(remarkLines(collection.foot, indent), collection.foot[0]?.blankBefore ?? false);
  return lines;
}

/** Comments one below the other; the blank line before the first is the caller's. */
export function remarkLines(all: readonly Remark[], indent: number): string[] {
  return all.flatMap(({ text, blankBefore }, index) => {
    const line = ' '.repeat(indent) + text;
    return blankBefore && index > 0 ? ['', line] : [line];
  });
}

interface PrintedSlot {
  /** Comments that stood where none can stand in the new form; they go before it. */
  readonly inner: readonly Remark[];
  readonly own: readonly string[];
}

function printSlot({ key, value, after }: Slot, indent: number): PrintedSlot {
  const pad = ' '.repeat(indent);
  const head = key === null ? `${pad}-` : `${pad}${keyText(key, false)}:`;
  if (value.kind === 'scalar' || value.style === 'flow' || value.slots.length === 0) {
    const inner = value.kind === 'scalar' ? [] : value.foot;
    return { inner, own: printValue(head, value, after, indent) };
  }
  if (key !== null)
    return { inner: [], own: [...withComment(head, after), ...printBlock(value, indent + STEP)] };
  // The first key stands on the line of the dash, so what would stand between them goes before both.
  const beside = after.map((text) => ({ text, blankBefore: false }));
  const inner = [...beside, ...takeFirstRemarks(value)];
  const [line = '', ...rest] = printBlock(value, indent + STEP);
  return { inner, own: [`${head} ${line.slice(indent + STEP)}`, ...rest] };
}

function takeFirstRemarks(collection: Collection): Remark[] {
  const first = collection.slots[0]!;
  const own = first.leading.splice(0);
  const { key, value } = first;
  const isCompact =
    key === null && value.kind !== 'scalar' && value.style === 'block' && value.slots.length > 0;
  if (!isCompact) return own;
  const beside = first.after.splice(0).map((text) => ({ text, blankBefore: false }));
  return [...own, ...beside, ...takeFirstRemarks(value)];
}

/** @param head the line up to the key's colon or the dash */
function printValue(head: string, value: Piece, after: readonly string[], indent: number): string[] {
  const block = blockOf(value, indent + STEP);
  if (block !== null) return [...withComment(joined(head, block.header), after), ...block.lines];
  return withComment(joined(head, inline(value)), after);
}

function blockOf(value: Piece, indent: number): BlockText | null {
  return value.kind === 'scalar' && isBlockScalar(value.raw, 0) ? blockText(value, indent) : null;
}

function joined(head: string, text: string): string {
  if (text === '') return head;
  return head === '' ? text : `${head} ${text}`;
}

function withComment(line: string, [first, ...more]: readonly string[]): string[] {
  if (first === undefined) return [line];
  const start = `${line}  `;
  return [start + first, ...more.map((text) => ' '.repeat(start.length) + text)];
}

function inline(value: Piece): string {
  return value.kind === 'scalar' ? scalarText(value, false) : inBrackets(value);
}

function brackets({ kind }: Collection): string {
  return kind === 'mapping' ? '{}' : '[]';
}

function inBrackets(value: ScalarPiece | Collection): string {
  if (value.kind === 'scalar') return scalarText(value, true);
  if (value.slots.length === 0) return brackets(value);
  const parts = value.slots.map(({ key, value: item }) =>
    key === null ? inBrackets(item) : `${keyText(key, true)}: ${inBrackets(item)}`,
  );
  return value.kind === 'mapping' ? `{ ${parts.join(', ')} }` : `[${parts.join(', ')}]`;
}
