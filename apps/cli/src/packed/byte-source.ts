/** Bytes that come in chunks, read piece by piece; nothing is held but what was looked at ahead. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);
  #isOver = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Gives the next bytes and leaves them where they are; fewer than `size` only at the end. */
  async peek(size: number): Promise<Buffer> {
    while (this.#held.length < size && !this.#isOver) await this.#fill();
    return this.#held.subarray(0, size);
  }

  /** Takes the next bytes; fewer than `size` only at the end. */
  async take(size: number): Promise<Buffer> {
    const taken = await this.peek(size);
    this.#held = this.#held.subarray(taken.length);
    return taken;
  }

  /** Takes what is at hand of the next `most` bytes; none only at the end. */
  async takeSome(most: number): Promise<Buffer> {
    while (this.#held.length === 0 && !this.#isOver) await this.#fill();
    return this.take(Math.min(most, this.#held.length));
  }

  /** Takes the next `size` bytes as they come; fewer only at the end. */
  async *pieces(size = Number.POSITIVE_INFINITY): AsyncGenerator<Buffer, void, undefined> {
    for (let left = size; left > 0;) {
      const piece = await this.takeSome(left);
      if (piece.length === 0) return;
      left -= piece.length;
      yield piece;
    }
  }

  /** Gives bytes back that were taken last. */
  putBack(bytes: Buffer): void {
    if (bytes.length > 0) this.#held = this.#held.length === 0 ? bytes : Buffer.concat([bytes, this.#held]);
  }

  async #fill(): Promise<void> {
    const { done, value } = await this.#chunks.next();
    if (done === true) {
      this.#isOver = true;
      return;
    }
    const chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
  }
}
