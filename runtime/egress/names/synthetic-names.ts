/** First address of 198.18.0.0/15, for benchmarks of networks (RFC 2544) and so on no real one. */
const FIRST = 198 * 2 ** 24 + 18 * 2 ** 16;
const ADDRESSES = 2 ** 17;
/** Neither the first nor the last address, which some programs take for those of a network. */
const USABLE = ADDRESSES - 2;

export type IPv4Bytes = readonly [number, number, number, number];

/**
 * Addresses that stand for names inside a sandbox. A name keeps its address while it is asked for or used; of more names
 * than are kept, the longest unused gives way. Its address is given to another name only after all the others were, so that
 * a program that still holds it meets nobody rather than somebody else.
 */
export class SyntheticNames {
  readonly #most: number;
  /** Longest unused first. */
  readonly #byName = new Map<string, number>();
  readonly #byNumber = new Map<number, string>();
  #next = 0;

  /** @param most names that are kept at once; memory is bounded by it */
  constructor(most = 16_384) {
    this.#most = Math.min(most, USABLE / 2);
  }

  /** The address of a name, which gets one if it has none. */
  addressOf(name: string): IPv4Bytes {
    let number = this.#byName.get(name);
    if (number === undefined) {
      number = this.#freeNumber();
      this.#byNumber.set(number, name);
    }
    this.#use(name, number);
    return bytesOf(number);
  }

  /** The name that an address stands for, which counts as used; null where it is no synthetic one or stands for none. */
  nameOf(address: string): string | null {
    const number = numberOf(address);
    if (number === null) return null;
    const name = this.#byNumber.get(number);
    if (name === undefined) return null;
    this.#use(name, number);
    return name;
  }

  #use(name: string, number: number): void {
    this.#byName.delete(name);
    this.#byName.set(name, number);
    if (this.#byName.size <= this.#most) return;
    const [oldest, oldNumber] = this.#byName.entries().next().value!;
    this.#byName.delete(oldest);
    this.#byNumber.delete(oldNumber);
  }

  /** There always is one: no more than half of them are taken. */
  #freeNumber(): number {
    do this.#next = (this.#next % USABLE) + 1;
    while (this.#byNumber.has(this.#next));
    return this.#next;
  }
}

/** Whether an address is of the range, whether or not it stands for a name. */
export function isSynthetic(address: string): boolean {
  return /^198\.1[89]\./.test(address);
}

function bytesOf(number: number): IPv4Bytes {
  const value = FIRST + number;
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

/** @param address in its one spelling, as `printAddress` gives it */
function numberOf(address: string): number | null {
  if (!isSynthetic(address)) return null;
  const [, second, third, fourth] = address.split('.').map(Number);
  return (second! - 18) * 65_536 + third! * 256 + fourth!;
}
