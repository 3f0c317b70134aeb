import { printAddress } from './address.ts';
import { type Host, type HostPattern, hostMatches } from './host.ts';

/** Ends the labels of a pattern without wildcards, so that nothing longer begins like it. */
const WHOLE = '';

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
  /** By the labels from the last one on. */
  readonly #buckets = new Map<string, Indexed<T>[]>();
  #size = 0;
  /** Beginnings of the keys of buckets, the keys themselves included. */
  readonly #beginnings = new Set<string>();

  add(pattern: HostPattern, item: T): void {
    const labels = fixedLabels(pattern);
    const key = keyOf(labels);
    const indexed = { pattern, item, order: this.#size };
    this.#size += 1;
    const bucket = this.#buckets.get(key);
    if (bucket) {
      bucket.push(indexed);
      return;
    }
    this.#buckets.set(key, [indexed]);
    for (let length = 0; length <= labels.length; length += 1)
      this.#beginnings.add(keyOf(labels.slice(0, length)));
  }

  /** Everything whose pattern covers the host, in the order in which it was added. */
  matching(host: Host): T[] {
    const labels =
      host.kind === 'name' ? [...host.name.split('.').reverse(), WHOLE] : [addressLabel(host), WHOLE];
    const found: Indexed<T>[] = [];
    for (let length = 0; length <= labels.length; length += 1) {
      for (const indexed of this.#buckets.get(keyOf(labels.slice(0, length))) ?? []) {
        if (hostMatches(indexed.pattern, host)) found.push(indexed);
      }
    }
    return found.sort((left, right) => left.order - right.order).map(({ item }) => item);
  }

  /** Whether some host may be covered by the pattern and by one in the index. False is certain, true is not. */
  mayMeet(pattern: HostPattern): boolean {
    const labels = fixedLabels(pattern);
    if (this.#beginnings.has(keyOf(labels))) return true;
    return labels.some((_, length) => this.#buckets.has(keyOf(labels.slice(0, length))));
  }
}

/** The labels from the last one on, up to the first with a wildcard. */
function fixedLabels(pattern: HostPattern): readonly string[] {
  if (pattern.kind === 'address') return [`[${pattern.text}]`, WHOLE];
  const labels = pattern.text.split('.').reverse();
  if (pattern.kind === 'name') return [...labels, WHOLE];
  return labels.slice(
    0,
    labels.findIndex((label) => /[*?]/.test(label)),
  );
}

function addressLabel(host: Extract<Host, { kind: 'address' }>): string {
  return `[${printAddress(host.address)}]`;
}

function keyOf(labels: readonly string[]): string {
  return labels.join('/');
}
