/** How a branch compares the word in the accumulator with a constant. */
export type Test = 'equal' | 'at-least' | 'any-bit';

/**
 * A decision graph: what a program does, before addresses. Branches and masks read the accumulator, which the
 * nearest load before them has filled. Nodes are unique by content, so that equal ones are the same object.
 */
export type Node = ReturnNode | LoadNode | MaskNode | BranchNode;

interface Placed {
  /** Instructions on the longest way from here to the end of a return. */
  readonly depth: number;
  readonly id: number;
}
export interface ReturnNode extends Placed {
  readonly kind: 'return';
  readonly action: number;
}
export interface LoadNode extends Placed {
  readonly kind: 'load';
  readonly offset: number;
  readonly next: Node;
}
export interface MaskNode extends Placed {
  readonly kind: 'mask';
  readonly mask: number;
  readonly next: Node;
}
export interface BranchNode extends Placed {
  readonly kind: 'branch';
  readonly test: Test;
  readonly value: number;
  readonly yes: Node;
  readonly no: Node;
}

/** Makes nodes, each content once. A node that would change nothing is not made. */
export class NodeStore {
  readonly #known = new Map<string, Node>();

  return(action: number): Node {
    return this.#once(`r${action}`, (id) => ({ kind: 'return', action, depth: 1, id }));
  }

  load(offset: number, next: Node): Node {
    if (next.kind === 'return' || next.kind === 'load') return next;
    return this.#once(`l${offset},${next.id}`, (id) => ({
      kind: 'load',
      offset,
      next,
      depth: next.depth + 1,
      id,
    }));
  }

  mask(mask: number, next: Node): Node {
    if (next.kind === 'return' || next.kind === 'load') return next;
    return this.#once(`m${mask},${next.id}`, (id) => ({
      kind: 'mask',
      mask,
      next,
      depth: next.depth + 1,
      id,
    }));
  }

  branch(test: Test, value: number, yes: Node, no: Node): Node {
    if (yes === no) return yes;
    const depth = Math.max(yes.depth, no.depth) + 1;
    const content = `${test}${value},${yes.id},${no.id}`;
    return this.#once(content, (id) => ({ kind: 'branch', test, value, yes, no, depth, id }));
  }

  #once(content: string, make: (id: number) => Node): Node {
    const known = this.#known.get(content);
    if (known !== undefined) return known;
    const node = make(this.#known.size);
    this.#known.set(content, node);
    return node;
  }
}

export function successors(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'return':
      return [];
    case 'load':
    case 'mask':
      return [node.next];
    case 'branch':
      return [node.yes, node.no];
  }
}

/** How many nodes a graph has; each becomes one instruction, give or take jumps. */
export function graphSize(root: Node): number {
  const seen = new Set([root]);
  for (const node of seen) for (const next of successors(node)) seen.add(next);
  return seen.size;
}
