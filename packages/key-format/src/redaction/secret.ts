import { redact } from "./redact.ts";

const hidden = "[redacted]";

/** Holds a key from the moment it is seen: every way of printing it gives `[redacted]`, and only `reveal` gives the text. */
export class Secret {
  readonly #text: string;
  /** What may be shown of the key: see {@link redact}. */
  readonly redacted: string;

  constructor(text: string, prefix?: string) {
    this.#text = text;
    this.redacted = redact(text, prefix);
  }

  /** Gives the key itself. Whoever calls this answers for where it goes. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [Symbol.toPrimitive](): string {
    return hidden;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return hidden;
  }
}
