import { type Break, diagnose, fromLookingBack, fromSearch, type SeenLine } from './diagnose.ts';
import type { Damage } from './verification.ts';

/** A line that comes before the break by its number, to be compared with the one at the break. */
export interface LookBack {
  readonly sequence: number;
  readonly digest: string;
}

/** Finds out what was done at a break, from the lines that come after it. */
export class Investigation {
  #broken: Break;
  #isSearching = false;
  #expectedLater = false;
  #foundLater = false;
  #lookBack: LookBack | null = null;
  #damage: Damage | null = null;

  /** @param broken with the line after it, where that was read already */
  constructor(broken: Break) {
    this.#broken = broken;
    if (broken.after !== null) this.look();
  }

  /** Whether the next line is wanted whole, and not only its number and digest. */
  get wantsNeighbour(): boolean {
    return this.#broken.after === null && !this.#isSearching;
  }

  /** Whether further lines may tell more. */
  get isOpen(): boolean {
    return this.#damage === null && this.#lookBack === null;
  }

  /** After the last line: what has to be known of the lines before the break; null for nothing. */
  endOfLog(): LookBack | null {
    if (this.wantsNeighbour && this.isOpen) this.look();
    return this.#lookBack;
  }

  takeNeighbour(after: SeenLine): void {
    this.#broken = { ...this.#broken, after };
    this.look();
  }

  /** @param digest computed only where it counts */
  takeLater(sequence: number, digest: () => string): void {
    const { expected, found } = this.#broken;
    if (sequence === expected) this.#expectedLater = true;
    if (sequence === found.link?.sequence && digest() === found.digest) this.#foundLater = true;
  }

  /** @param isEqual whether the line that `endOfLog` asked for is the one at the break */
  conclude(isEqual: boolean): Damage {
    if (this.#damage !== null) return this.#damage;
    if (this.#lookBack !== null) return fromLookingBack(this.#broken, isEqual);
    return fromSearch(this.#broken, this.#expectedLater, this.#foundLater);
  }

  private look(): void {
    const { found, after } = this.#broken;
    const diagnosis = diagnose(this.#broken);
    if (diagnosis.kind === 'missing') {
      this.#isSearching = true;
      if (after?.link) this.takeLater(after.link.sequence, () => after.digest);
    } else if (diagnosis.kind === 'again') {
      this.#lookBack = { sequence: found.link!.sequence, digest: found.digest };
    } else this.#damage = diagnosis;
  }
}
