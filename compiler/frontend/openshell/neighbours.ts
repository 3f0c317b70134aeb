import type { BinaryItem, Endpoint } from '../blueprint/blueprint.ts';
import { type Ends, endsOf, mayOverlap } from './patterns.ts';

/** Endpoints that one entry of `network_policies` grants, and the programs that may use them. */
export interface Granted {
  readonly binaries: readonly BinaryItem[];
  readonly endpoints: readonly Endpoint[];
}

interface Neighbour {
  readonly host: Ends;
  readonly programs: readonly Ends[];
  readonly endpoint: Endpoint;
}

/** All granted endpoints of a file, found by host. Names without wildcards, the usual case, are looked up. */
export class Neighbours {
  readonly #all: Neighbour[] = [];
  readonly #named = new Map<string, Neighbour[]>();
  readonly #wildcards: Neighbour[] = [];

  constructor(entries: readonly Granted[]) {
    for (const { binaries, endpoints } of entries) {
      const programs = programsOf(binaries);
      for (const endpoint of endpoints) this.add({ host: hostEnds(endpoint.host.value), programs, endpoint });
    }
  }

  private add(neighbour: Neighbour): void {
    this.#all.push(neighbour);
    if (!neighbour.host.isLiteral) {
      this.#wildcards.push(neighbour);
      return;
    }
    const known = this.#named.get(neighbour.host.head);
    if (known) known.push(neighbour);
    else this.#named.set(neighbour.host.head, [neighbour]);
  }

  /** The endpoints that may be about the same host and program, in the order of the file. */
  of(hostPattern: string, binaries: readonly BinaryItem[]): Endpoint[] {
    const host = hostEnds(hostPattern);
    const programs = programsOf(binaries);
    const candidates = host.isLiteral
      ? [...(this.#named.get(host.head) ?? []), ...this.#wildcards]
      : this.#all;
    return candidates
      .filter((other) => mayOverlap(host, other.host) && shareProgram(programs, other.programs))
      .map(({ endpoint }) => endpoint)
      .sort((a, b) => a.span.start - b.span.start);
  }
}

function shareProgram(a: readonly Ends[], b: readonly Ends[]): boolean {
  return a.some((left) => b.some((right) => mayOverlap(left, right)));
}

function hostEnds(host: string): Ends {
  return endsOf(host.toLowerCase());
}

function programsOf(binaries: readonly BinaryItem[]): Ends[] {
  return binaries.map(({ path }) => endsOf(path.value));
}
