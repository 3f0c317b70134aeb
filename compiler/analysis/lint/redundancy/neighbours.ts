import { literalOf } from '../../../domain/automaton/pattern.ts';
import { type HostPattern, hostMatches } from '../../../domain/host.ts';
import type { EgressEntry } from '../../../ir/egress.ts';

/** Which entries can speak about the same connections, by host and port; never leaves one out that can. */
export class Neighbours {
  readonly #entries: readonly EgressEntry[];
  readonly #named = new Map<string, number[]>();
  readonly #wild: number[] = [];

  constructor(entries: readonly EgressEntry[]) {
    this.#entries = entries;
    for (const [at, { host }] of entries.entries()) {
      if (host.kind === 'wildcard') this.#wild.push(at);
      else {
        const others = this.#named.get(host.text);
        if (others === undefined) this.#named.set(host.text, [at]);
        else others.push(at);
      }
    }
  }

  /** Indices of the other entries, ascending. */
  of(at: number): number[] {
    const { host, ports } = this.#entries[at]!;
    const candidates = host.kind === 'wildcard' ? this.#entries.keys() : this.#withName(host);
    return [...candidates].filter((other) => {
      if (other === at) return false;
      const { host: otherHost, ports: otherPorts } = this.#entries[other]!;
      return (
        ports.some((one) => otherPorts.some(({ low, high }) => one.low <= high && low <= one.high)) &&
        mayMeet(host, otherHost)
      );
    });
  }

  #withName(host: HostPattern): number[] {
    return [...(this.#named.get(host.text) ?? []), ...this.#wild].sort((a, b) => a - b);
  }
}

function mayMeet(one: HostPattern, other: HostPattern): boolean {
  if (one.kind === 'wildcard' && other.kind === 'wildcard') {
    const [a, b] = [fixedEnd(one), fixedEnd(other)];
    return a.endsWith(b) || b.endsWith(a);
  }
  if (one.kind !== 'wildcard' && other.kind !== 'wildcard') return one.text === other.text;
  const [wild, named] = one.kind === 'wildcard' ? [one, other] : [other, one];
  if (named.kind === 'address') return false;
  const name = literalOf(named)!;
  return name.endsWith(fixedEnd(wild)) && hostMatches(wild, { kind: 'name', name });
}

/** What every host of a pattern ends with. */
export function fixedEnd({ text }: Pick<HostPattern, 'text'>): string {
  return text.slice(Math.max(text.lastIndexOf('*'), text.lastIndexOf('?')) + 1);
}
