import { type HostPattern, hostMatches } from '../../../domain/host.ts';
import { printPortRange } from '../../../domain/port.ts';
import type { EgressAccess } from '../../../ir/access.ts';
import type { EgressEntry } from '../../../ir/egress.ts';
import { type Beginnings, beginningsOf, begins } from './beginnings.ts';

/** Which entries can speak about the same connections, by host and port; never leaves one out that can. */
export class Neighbours {
  readonly #entries: readonly EgressEntry[];
  readonly #beginnings: readonly Beginnings[];
  readonly #named = new Map<string, number[]>();
  readonly #wild: { readonly at: number; readonly end: string }[] = [];
  readonly #around = new Map<string, Around>();

  constructor(entries: readonly EgressEntry[]) {
    this.#entries = entries;
    this.#beginnings = entries.map(beginningsOf);
    for (const [at, { host }] of entries.entries()) {
      if (host.kind === 'wildcard') this.#wild.push({ at, end: fixedEnd(host) });
      else append(this.#named, host.text, at);
    }
  }

  /** The entry itself and all others. Entries for the same host and ports share them. */
  of(at: number): Around {
    const { host, ports } = this.#entries[at]!;
    const key = `${host.text} ${ports.map(printPortRange).join()}`;
    let around = this.#around.get(key);
    if (around === undefined) {
      around = new Around(this.#meeting(host, ports), this.#beginnings);
      this.#around.set(key, around);
    }
    return around;
  }

  #meeting(host: HostPattern, ports: EgressEntry['ports']): number[] {
    const candidates =
      host.kind === 'wildcard'
        ? [...this.#entries.keys()]
        : [...(this.#named.get(host.text) ?? []), ...this.#wildAround(host)].sort((a, b) => a - b);
    return candidates.filter((other) => {
      const { host: otherHost, ports: otherPorts } = this.#entries[other]!;
      const share = ports.some((one) =>
        otherPorts.some(({ low, high }) => one.low <= high && low <= one.high),
      );
      return share && mayMeet(host, otherHost);
    });
  }

  #wildAround({ text }: HostPattern): number[] {
    return this.#wild.flatMap(({ at, end }) => (text.endsWith(end) ? [at] : []));
  }
}

/** Entries around one connection. */
export class Around {
  /** Indices of entries, ascending. */
  readonly members: readonly number[];
  readonly #beginnings: readonly Beginnings[];
  /** By what their paths begin with. */
  #byPath: Map<string, number[]> | null = null;
  readonly #anyPath: number[] = [];

  constructor(members: readonly number[], beginnings: readonly Beginnings[]) {
    this.members = members;
    this.#beginnings = beginnings;
  }

  /** Those that can decide an access, ascending. */
  candidates({ http, binary }: EgressAccess): number[] {
    const found = http === null ? this.members : this.#withPath(http.path);
    return found.filter((at) => begins(this.#beginnings[at]!.programs, binary));
  }

  #withPath(path: string): number[] {
    this.#byPath ??= this.#index();
    const found = new Set(this.#anyPath);
    for (let length = 0; length <= path.length; length++) {
      for (const at of this.#byPath.get(path.slice(0, length)) ?? []) found.add(at);
    }
    return [...found].sort((a, b) => a - b);
  }

  #index(): Map<string, number[]> {
    const byPath = new Map<string, number[]>();
    for (const at of this.members) {
      const { paths } = this.#beginnings[at]!;
      if (paths === null) this.#anyPath.push(at);
      else for (const { text } of paths) append(byPath, text, at);
    }
    return byPath;
  }
}

function append(lists: Map<string, number[]>, key: string, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function mayMeet(one: HostPattern, other: HostPattern): boolean {
  if (one.kind === 'wildcard' && other.kind === 'wildcard') {
    const [a, b] = [fixedEnd(one), fixedEnd(other)];
    return a.endsWith(b) || b.endsWith(a);
  }
  if (one.kind !== 'wildcard' && other.kind !== 'wildcard') return one.text === other.text;
  const [wild, named] = one.kind === 'wildcard' ? [one, other] : [other, one];
  if (named.kind === 'address') return false;
  const name = named.text;
  return name.endsWith(fixedEnd(wild)) && hostMatches(wild, { kind: 'name', name });
}

/** What every host of a pattern ends with. */
export function fixedEnd({ text }: Pick<HostPattern, 'text'>): string {
  return text.slice(Math.max(text.lastIndexOf('*'), text.lastIndexOf('?')) + 1);
}
