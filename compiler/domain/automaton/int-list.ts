/** A list of whole numbers of 32 bits that grows; for tables of millions of them. */
export class IntList {
  length = 0;
  #items = new Int32Array(1024);

  push(number: number): void {
    if (this.length === this.#items.length) {
      const wider = new Int32Array(this.#items.length * 2);
      wider.set(this.#items);
      this.#items = wider;
    }
    this.#items[this.length] = number;
    this.length += 1;
  }

  pushAll(numbers: Iterable<number>): void {
    for (const number of numbers) this.push(number);
  }

  set(at: number, number: number): void {
    this.#items[at] = number;
  }

  toArray(): Int32Array {
    return this.#items.slice(0, this.length);
  }
}
