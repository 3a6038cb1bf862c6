/** Turns bytes into decisions, so that a target that builds its input from a grammar can still be driven by mutated bytes. */
export class Choices {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether every byte has decided something. */
  get isOver(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Gives a number from 0 (inclusive) to `below` (exclusive, at most 65,536); 0 when the bytes are over. */
  below(below: number): number {
    const value = below > 256 ? (this.#next() << 8) | this.#next() : this.#next();
    return below === 0 ? 0 : value % below;
  }

  /** @throws Error when there is nothing to pick from. */
  pick<Item>(items: readonly Item[]): Item {
    const index = this.below(items.length);
    if (index >= items.length) throw new Error("nothing to pick from");
    return items[index] as Item;
  }

  /** Whether something happens that happens once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === times - 1;
  }

  #next(): number {
    const byte = this.#bytes[this.#at] ?? 0;
    this.#at += 1;
    return byte;
  }
}
