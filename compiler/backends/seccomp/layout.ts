import { type BranchNode, type Node, successors, type Test } from './decision-graph.ts';
import {
  AND_CONSTANT,
  JUMP,
  JUMP_IF_ANY_BIT,
  JUMP_IF_AT_LEAST,
  JUMP_IF_EQUAL,
  LOAD_WORD,
  MAX_BRANCH,
  RETURN_CONSTANT,
} from './kernel.ts';
import type { BpfProgram, Instruction } from './program.ts';

const BRANCH_CODE: Readonly<Record<Test, number>> = {
  equal: JUMP_IF_EQUAL,
  'at-least': JUMP_IF_AT_LEAST,
  'any-bit': JUMP_IF_ANY_BIT,
};

/**
 * Gives every node of a graph an address. The program is written from its end to its beginning, since jumps only
 * go forward: when a node is written, everything that it leads to has its place. Places count from the end, 1 being
 * the last instruction.
 */
export function layOut(root: Node): BpfProgram {
  const writer = new Writer();
  for (const node of childrenFirst(root)) writer.write(node);
  return writer.finish();
}

/** Every node once, after all that it leads to; the deeper successor right before its branch, to keep jumps short. */
function childrenFirst(root: Node): readonly Node[] {
  const order: Node[] = [];
  const done = new Set<Node>();
  const open: { node: Node; pending: Node[] }[] = [];
  const enter = (node: Node) => {
    if (done.has(node)) return;
    done.add(node);
    open.push({ node, pending: [...successors(node)].sort((a, b) => b.depth - a.depth || b.id - a.id) });
  };
  enter(root);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const next = top.pending.pop();
    if (next !== undefined) enter(next);
    else order.push(open.pop()!.node);
  }
  return order;
}

class Writer {
  readonly #reversed: Instruction[] = [];
  readonly #places = new Map<Node, number>();

  write(node: Node): void {
    switch (node.kind) {
      case 'return':
        this.#put(node, RETURN_CONSTANT, node.action);
        break;
      case 'load':
        this.#fallInto(node.next);
        this.#put(node, LOAD_WORD, node.offset);
        break;
      case 'mask':
        this.#fallInto(node.next);
        this.#put(node, AND_CONSTANT, node.mask);
        break;
      case 'branch':
        this.#writeBranch(node);
    }
  }

  finish(): BpfProgram {
    return this.#reversed.toReversed();
  }

  #put(node: Node, code: number, k: number, jt = 0, jf = 0): void {
    this.#places.set(node, this.#reversed.push({ code, jt, jf, k: k >>> 0 }));
  }

  /** Instructions between the one that is written next and the place of `node`. */
  #distance(node: Node): number {
    return this.#reversed.length - this.#places.get(node)!;
  }

  #fallInto(next: Node): void {
    if (this.#distance(next) > 0) this.#bringNear(next);
  }

  /** Writes a second way into a node that is out of a branch's reach; later branches use the nearer one too. */
  #bringNear(node: Node): void {
    if (node.kind === 'return') this.#put(node, RETURN_CONSTANT, node.action);
    else this.#put(node, JUMP, this.#distance(node));
  }

  #writeBranch(node: BranchNode): void {
    for (const target of [node.yes, node.no, node.yes]) {
      if (this.#distance(target) > MAX_BRANCH) this.#bringNear(target);
    }
    this.#put(node, BRANCH_CODE[node.test], node.value, this.#distance(node.yes), this.#distance(node.no));
  }
}
