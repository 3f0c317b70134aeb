import type { YamlMapping, YamlNode, YamlSequence, YamlTree } from '../frontend/yaml/tree.ts';
import { type Comment, findComments } from './comments.ts';
import { Lines } from './lines.ts';
import { nodeIn, type TreePath } from './places.ts';
import type { Splice } from './splice.ts';

/** Lists without which the mapping that holds them says nothing. */
const NEEDED_BY_OWNER: readonly (string | number)[] = ['endpoints'];

type Collection = YamlMapping | YamlSequence;

/** Paths to remove, with every list or mapping that would be left empty in the place of its members. */
export function wholeRemovals(root: YamlNode, paths: readonly TreePath[]): TreePath[] {
  const outermost = paths.filter((path) => !paths.some((other) => isBelow(path, other)));
  let current = new Map(outermost.map((path) => [JSON.stringify(path), path]));
  for (;;) {
    const byParent = new Map<string, { readonly parent: TreePath; count: number }>();
    for (const path of current.values()) {
      const parent = path.slice(0, -1);
      const known = byParent.get(JSON.stringify(parent));
      if (known === undefined) byParent.set(JSON.stringify(parent), { parent, count: 1 });
      else known.count++;
    }
    const emptied = [...byParent.values()].filter(
      ({ parent, count }) =>
        parent.length > 0 && !staysEmpty(parent) && sizeOf(nodeIn(root, parent)) === count,
    );
    if (emptied.length === 0) return [...current.values()];
    const next = new Map(current);
    for (const { parent: list } of emptied) {
      const parent = NEEDED_BY_OWNER.includes(list.at(-1)!) ? list.slice(0, -1) : list;
      for (const [key, path] of current) if (isBelow(path, parent)) next.delete(key);
      next.set(JSON.stringify(parent), parent);
    }
    current = next;
  }
}

/** An access level that brings nothing of its own is still one that can be asked for. */
function staysEmpty(path: TreePath): boolean {
  return path.length === 2 && path[0] === 'access_levels';
}

function sizeOf(node: YamlNode | null): number {
  if (node === null || node.kind === 'scalar') return 0;
  return node.kind === 'sequence' ? node.items.length : node.entries.length;
}

function isBelow(path: TreePath, parent: TreePath): boolean {
  return path.length > parent.length && parent.every((step, at) => path[at] === step);
}

/** What becomes of comments: they stay, or those of a node go with it. */
export type CommentsOfRemoved = 'stay' | 'go';

/**
 * The splices that take the nodes out; null where the text around one does not let it go alone.
 *
 * Comments of a node in a block are those on its lines, those directly above it in its column, and those below it that are
 * indented more than it is.
 */
export function removalSplices(
  { root, source }: YamlTree,
  paths: readonly TreePath[],
  comments: CommentsOfRemoved = 'stay',
): Splice[] | null {
  if (root === null) return paths.length === 0 ? [] : null;
  const removal = new Removal(root, source.text, comments);
  const byParent = new Map<string, TreePath[]>();
  for (const path of paths) {
    const parent = JSON.stringify(path.slice(0, -1));
    byParent.set(parent, [...(byParent.get(parent) ?? []), path]);
  }
  const splices: Splice[] = [];
  for (const siblings of byParent.values()) {
    const some = removal.from(siblings[0]!.slice(0, -1), new Set(siblings.map((path) => path.at(-1)!)));
    if (some === null) return null;
    splices.push(...some);
  }
  return splices;
}

/** A member of a list or mapping, from its key to the end of its value. */
interface Member {
  readonly start: number;
  readonly end: number;
  readonly isRemoved: boolean;
}

class Removal {
  readonly #root: YamlNode;
  readonly #text: string;
  readonly #lines: Lines;
  readonly #comments: readonly Comment[];
  readonly #becomes: CommentsOfRemoved;
  #commentLines: ReadonlyMap<number, Comment> | null = null;

  constructor(root: YamlNode, text: string, becomes: CommentsOfRemoved) {
    this.#root = root;
    this.#becomes = becomes;
    this.#text = text;
    this.#lines = new Lines(text);
    this.#comments = findComments(text, root);
  }

  from(parent: TreePath, steps: ReadonlySet<string | number>): Splice[] | null {
    const node = nodeIn(this.#root, parent);
    if (node === null || node.kind === 'scalar') return null;
    const inBrackets = /[[{]/.test(this.#text[node.start] ?? '');
    const members = this.#membersOf(node, steps, inBrackets);
    if (members.every(({ isRemoved }) => isRemoved)) return this.#emptied(parent, members, inBrackets);
    const splices = inBrackets
      ? this.#betweenCommas(members)
      : members.filter(({ isRemoved }) => isRemoved).map((member) => this.#wholeLines(member));
    return splices.includes(null) ? null : (splices as Splice[]);
  }

  /** Leaves `{}` in the place of a mapping. */
  #emptied(parent: TreePath, members: readonly Member[], inBrackets: boolean): Splice[] | null {
    const owner = nodeIn(this.#root, parent.slice(0, -1));
    const entry =
      owner?.kind === 'mapping' ? owner.entries.find(({ key }) => key === parent.at(-1)) : undefined;
    if (inBrackets || entry === undefined) return null;
    const colon = this.#text.indexOf(':', entry.keyEnd);
    const lines = members.map((member) => this.#wholeLines(member));
    if (colon === -1 || lines.includes(null)) return null;
    return [{ start: colon + 1, end: colon + 1, text: ' {}' }, ...(lines as Splice[])];
  }

  #membersOf(node: Collection, steps: ReadonlySet<string | number>, inBrackets: boolean): Member[] {
    if (node.kind === 'mapping') {
      return node.entries.map(({ key, keyStart, keyEnd, value }) => ({
        start: keyStart,
        end: Math.max(keyEnd, value.end),
        isRemoved: steps.has(key),
      }));
    }
    let previous = node.start;
    return node.items.map((item, at) => {
      const dash = inBrackets ? item.start : this.#skipGap(previous);
      previous = Math.max(item.end, dash + 1);
      return { start: dash, end: previous, isRemoved: steps.has(at) };
    });
  }

  /** The lines of a member of a block. Comments that stay get lines of their own. */
  #wholeLines({ start, end }: Member): Splice | null {
    const column = this.#lines.columnOf(start);
    const from = start - column;
    if (this.#text.slice(from, start).trim() !== '') return null;
    const last = this.#lines.endOf(this.#text[end - 1] === '\n' ? end - 1 : end);
    const to = Math.min(last + 1, this.#text.length);
    if (this.#becomes === 'go') {
      return { start: this.#startOfRemarks(from, column), end: this.#endOfRemarks(to, column), text: '' };
    }
    const lineBreak = this.#text.slice(from, to).includes('\r\n') ? '\r\n' : '\n';
    const kept = this.#comments.filter((comment) => from <= comment.start && comment.start < to);
    const lines = kept.map(({ text }) => `${' '.repeat(column)}${text}${lineBreak}`);
    return { start: from, end: to, text: lines.join('') };
  }

  /** Up over comments that stand directly above a line, in a column. */
  #startOfRemarks(from: number, column: number): number {
    for (let at = from; ; ) {
      const above = this.#commentOn(this.#lines.lineOf(at) - 1);
      if (above?.column !== column) return at;
      at = above.start - above.column;
    }
  }

  /** Down to the last comment that is indented more than a column, over blank lines between them. */
  #endOfRemarks(to: number, column: number): number {
    let end = to;
    for (let line = this.#lines.lineOf(to); to < this.#text.length; line++) {
      const below = this.#commentOn(line);
      if (below === undefined && !this.#lines.isBlank(line)) return end;
      if (below !== undefined && below.column <= column) return end;
      if (below !== undefined) end = Math.min(this.#lines.endOf(below.start) + 1, this.#text.length);
    }
    return end;
  }

  /** The comment that has a line of its own. */
  #commentOn(line: number): Comment | undefined {
    this.#commentLines ??= new Map(
      this.#comments.flatMap((one) => (one.ownLine ? [[this.#lines.lineOf(one.start), one] as const] : [])),
    );
    return this.#commentLines.get(line);
  }

  /** Members in brackets go with the comma on their left, or with the one on their right where none is left before. */
  #betweenCommas(members: readonly Member[]): (Splice | null)[] {
    const first = members.findIndex(({ isRemoved }) => !isRemoved);
    return members.flatMap(({ isRemoved, start, end }, at) => {
      if (!isRemoved) return [];
      const from = at < first ? start : members[at - 1]!.end;
      const to = at < first ? members[at + 1]!.start : end;
      const hasComment = this.#comments.some((comment) => from <= comment.start && comment.start < to);
      return [hasComment ? null : { start: from, end: to, text: '' }];
    });
  }

  /** The next character that is neither white space nor in a comment. */
  #skipGap(from: number): number {
    let at = from;
    while (at < this.#text.length) {
      if (this.#text[at] === '#') at = this.#lines.endOf(at);
      else if (!/\s/.test(this.#text[at]!)) return at;
      else at++;
    }
    return at;
  }
}
