import { printAddress } from './address.ts';
import { type Host, type HostPattern, hostMatches } from './host.ts';

/** Begins the key of a pattern without wildcards, so that it is the end of no name. */
const WHOLE = '=';

interface Indexed<T> {
  readonly pattern: HostPattern;
  readonly item: T;
  /** How many were added before. */
  readonly order: number;
}

/**
 * Things by the host patterns that they speak about. What is asked costs as much as the host has labels, however many
 * patterns there are: those with the same labels after their last wildcard lie in one bucket.
 */
export class HostIndex<T> {
  /** By what stands behind the last wildcard, from a whole label on. */
  readonly #buckets = new Map<string, Indexed<T>[]>();
  /** Ends of the keys of buckets, the keys themselves included; null until somebody asks. */
  #ends: Set<string> | null = null;
  #size = 0;

  add(pattern: HostPattern, item: T): void {
    const key = keyOf(pattern);
    const indexed = { pattern, item, order: this.#size };
    this.#size += 1;
    const bucket = this.#buckets.get(key);
    if (bucket) {
      bucket.push(indexed);
      return;
    }
    this.#buckets.set(key, [indexed]);
    this.#ends = null;
  }

  /** Everything whose pattern covers the host, in the order in which it was added. */
  matching(host: Host): T[] {
    const key = `${WHOLE}${host.kind === 'name' ? host.name : printAddress(host.address)}`;
    const found: Indexed<T>[] = [];
    for (const end of host.kind === 'name' ? endsOf(key) : [key]) {
      for (const indexed of this.#buckets.get(end) ?? []) {
        if (hostMatches(indexed.pattern, host)) found.push(indexed);
      }
    }
    return found.sort((left, right) => left.order - right.order).map(({ item }) => item);
  }

  /** Whether some host may be covered by the pattern and by one in the index. False is certain, true is not. */
  mayMeet(pattern: HostPattern): boolean {
    const key = keyOf(pattern);
    this.#ends ??= new Set([...this.#buckets.keys()].flatMap(endsOf));
    return this.#ends.has(key) || endsOf(key).some((end) => this.#buckets.has(end));
  }
}

/** The labels after the last wildcard, or everything, marked as such. */
function keyOf({ kind, text }: HostPattern): string {
  if (kind !== 'wildcard') return `${WHOLE}${text}`;
  const wild = Math.max(text.lastIndexOf('*'), text.lastIndexOf('?'));
  const dot = text.indexOf('.', wild);
  return dot === -1 ? '' : text.slice(dot + 1);
}

/** `=a.b.c` ends with itself, `a.b.c`, `b.c`, `c` and nothing. */
function endsOf(key: string): string[] {
  if (key === '') return [''];
  const ends = [key, ''];
  if (key.startsWith(WHOLE)) ends.push(key.slice(WHOLE.length));
  for (let dot = key.indexOf('.'); dot !== -1; dot = key.indexOf('.', dot + 1)) ends.push(key.slice(dot + 1));
  return ends;
}
