/** A text that is searched for. */
export interface Needle {
  /** One character a byte. */
  readonly text: string;
}

/** Calls `visit` for every occurrence of a needle: each once, in no particular order. */
export type ByteSearch<Sought extends Needle> = (
  bytes: Buffer,
  visit: (start: number, needle: Sought) => void,
) => void;
