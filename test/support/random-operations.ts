import { GRAPHQL_TYPES, INNER_PROTOCOLS } from '../../compiler/frontend/blueprint/inner-protocol.ts';
import type { Visibility } from '../../compiler/ir/egress.ts';
import { ALL, NONE, only } from '../../compiler/ir/extent.ts';
import type { Operation, Operations } from '../../compiler/ir/operation.ts';
import type { PlainEntry } from './plain-egress.ts';
import type { PlainOperations } from './plain-operations.ts';
import type { Seeded } from './seeded.ts';

const CALL_GLOBS = ['*', 'tools/call', 'tools/*', 'a', 'a*', '*b', '?', 'tools/c?ll', 'b', '?*', ''];
const TOOL_GLOBS = ['*', 'a', 'b', 'a*', '*b', '?', '?*', 'ab', ''];
const FIELD_GLOBS = ['*', 'a', 'b', 'a*', '*b', '?', '?*', '_*', 'ab'];
const NAME_GLOBS = ['*', 'A', 'A*', '?*', '', '?', '*B'];
const MESSAGE_GLOBS = ['*', 'a', 'a*', '*b', '{*', '[a]', '?', '', '\\*', '*é'];
const CALLS = ['tools/call', 'tools/list', 'a', 'ab', 'b', '', 'c', 'tools/cull', 'a\0'];
const TOOLS = ['a', 'b', 'ab', '', 'c', 'a.b'];
const FIELDS = ['a', 'b', 'ab', '_a', 'c', '__schema', '9a', ''];
const NAMES = [null, 'A', 'AB', 'B', 'é'];
const MESSAGES = ['a', 'ab', 'b', '{"a":1}', '[a]', '', '\\x', 'a\nb', 'é', '\ud83d', 'x\0'];

/** What rules say about operations, and what requests ask for, the same for the same seed. */
export class RandomOperations {
  readonly #random: Seeded;

  constructor(random: Seeded) {
    this.#random = random;
  }

  /** Half of the entries that are no streams read what is in requests. */
  visibility(): Visibility {
    const roll = this.#random.fraction();
    if (roll < 0.2) return 'opaque';
    return roll < 0.55 ? 'http' : this.#random.pick(INNER_PROTOCOLS);
  }

  allowed(visibility: Visibility): PlainOperations {
    if (visibility === 'http' || visibility === 'opaque') return 'all';
    if (visibility !== 'websocket' && this.#chance(0.15)) return 'none';
    const rule = this.#rule(visibility);
    return rule.kind === 'websocket' ? { ...rule, opens: true } : rule;
  }

  denied(visibility: Visibility): PlainOperations {
    const isPlain = visibility === 'http' || visibility === 'opaque' || this.#chance(0.2);
    return isPlain ? 'all' : this.#rule(visibility);
  }

  /** What a request asks for, most of it near to what some rule speaks of. */
  asked(entry: PlainEntry | null): Operations {
    const visibility = entry === null || this.#chance(0.15) ? this.visibility() : entry.visibility;
    if (this.#chance(0.12)) return ALL;
    if (this.#chance(0.12)) return NONE;
    const first = this.#operation(visibility);
    const others = this.#chance(0.2) ? [this.#operation(visibility), this.#operation(visibility)] : [];
    return only([first, ...others.slice(0, 1 + this.#random.below(2))] as const);
  }

  #rule(visibility: Exclude<Visibility, 'http' | 'opaque'>): Exclude<PlainOperations, string> {
    switch (visibility) {
      case 'graphql':
        return {
          kind: 'graphql',
          types: this.#chance(0.3) ? GRAPHQL_TYPES : [this.#random.pick(GRAPHQL_TYPES)],
          name: this.#chance(0.6) ? null : this.#random.pick(NAME_GLOBS),
          fields: this.#chance(0.3) ? null : this.#some(FIELD_GLOBS),
        };
      case 'websocket':
        return {
          kind: 'websocket',
          opens: false,
          text: this.#chance(0.2) ? false : this.#chance(0.2) ? null : this.#random.pick(MESSAGE_GLOBS),
          binary: this.#chance(0.3),
        };
      default: {
        const tool = visibility === 'mcp' && this.#chance(0.5) ? this.#random.pick(TOOL_GLOBS) : null;
        const isOpen = this.#chance(tool === null ? 0.15 : 0.7);
        return { kind: 'call', method: isOpen ? null : this.#random.pick(CALL_GLOBS), tool };
      }
    }
  }

  #operation(visibility: Visibility): Operation {
    const random = this.#random;
    switch (visibility) {
      case 'graphql': {
        const [first, ...others] = this.#some(FIELDS);
        const fields = [first!, ...others] as const;
        return { kind: 'graphql', type: random.pick(GRAPHQL_TYPES), name: random.pick(NAMES), fields };
      }
      case 'websocket':
        if (this.#chance(0.25)) return { kind: 'upgrade' };
        return { kind: 'message', text: this.#chance(0.2) ? null : random.pick(MESSAGES) };
      default: {
        if (this.#chance(0.08)) return { kind: 'answer' };
        const isTool = this.#chance(0.45);
        const method = isTool && this.#chance(0.95) ? 'tools/call' : random.pick(CALLS);
        return { kind: 'call', method, tool: isTool ? random.pick(TOOLS) : null };
      }
    }
  }

  #some(list: readonly string[]): string[] {
    return Array.from({ length: 1 + this.#random.below(2) }, () => this.#random.pick(list));
  }

  #chance(fraction: number): boolean {
    return this.#random.fraction() < fraction;
  }
}
