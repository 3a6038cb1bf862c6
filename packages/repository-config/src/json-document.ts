/** A position in the text of a document; both one-based. */
export interface DocumentPosition {
  readonly line: number;
  readonly column: number;
}

/** JSON with comments that has been read. */
export interface JsonDocument {
  readonly value: unknown;
  /** Gives the position of a value or its property name: `providers[0].name`; `""` is the whole document. */
  positionOf(path: string): DocumentPosition;
  /** Gives how many UTF-16 units stand before the first member of an object or array; `null` where the path names none. */
  insideOf(path: string): number | null;
}

/** Says where a document stops being JSON. The message never quotes the document, which may hold a key. */
export class JsonSyntaxError extends Error {
  override readonly name = "JsonSyntaxError";
  readonly position: DocumentPosition;

  constructor(message: string, position: DocumentPosition) {
    super(message);
    this.position = position;
  }
}

/**
 * Reads JSON with comments (`//` to the end of a line, or between slash-star and star-slash) and trailing commas.
 *
 * @throws JsonSyntaxError with the line and column; a property that appears twice is an error too.
 */
export function readJsonDocument(source: string): JsonDocument {
  const text = source.startsWith("\uFEFF") ? source.slice(1) : source;
  const offsets = new Map<string, number>();
  const openings = new Map<string, number>();
  const value = new Reader(text, offsets, openings).readDocument();
  return {
    value,
    positionOf: (path) => positionIn(text, nearestOffset(path, offsets)),
    insideOf: (path) => {
      const opening = openings.get(path);
      return opening === undefined ? null : opening + 1 + (source.length - text.length);
    },
  };
}

// A path may name what is missing; then its parent is where the reader should look.
function nearestOffset(path: string, offsets: ReadonlyMap<string, number>): number {
  for (let known = path; known !== ""; known = known.replace(/\.?[^.[\]]+$|\[\d+\]$/, "")) {
    const offset = offsets.get(known);
    if (offset !== undefined) return offset;
    if (!/[.[]/.test(known)) break;
  }
  return offsets.get("") ?? 0;
}

function positionIn(text: string, offset: number): DocumentPosition {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

const deepest = 64;

class Reader {
  readonly #text: string;
  readonly #offsets: Map<string, number>;
  readonly #openings: Map<string, number>;
  #at = 0;

  constructor(text: string, offsets: Map<string, number>, openings: Map<string, number>) {
    this.#text = text;
    this.#offsets = offsets;
    this.#openings = openings;
  }

  readDocument(): unknown {
    this.#skipBlank();
    const value = this.#readValue("", 0);
    this.#skipBlank();
    if (this.#at < this.#text.length) throw this.#error("something follows the end of the document");
    return value;
  }

  #readValue(path: string, depth: number): unknown {
    if (!this.#offsets.has(path)) this.#offsets.set(path, this.#at);
    if (depth > deepest) throw this.#error("nested too deeply");
    switch (this.#text[this.#at]) {
      case "{":
        this.#openings.set(path, this.#at);
        return this.#readObject(path, depth);
      case "[":
        this.#openings.set(path, this.#at);
        return this.#readArray(path, depth);
      case '"':
        return this.#readString();
      case undefined:
        throw this.#error("the document ends where a value is expected");
      default:
        return this.#readWord();
    }
  }

  #readObject(path: string, depth: number): unknown {
    const entries = new Map<string, unknown>();
    this.#readList("}", () => {
      if (this.#text[this.#at] !== '"') throw this.#error("a property name in double quotes is expected");
      const start = this.#at;
      const name = this.#readString();
      if (entries.has(name)) throw this.#error(`${JSON.stringify(name)} appears twice`, start);
      const inner = path === "" ? name : `${path}.${name}`;
      this.#offsets.set(inner, start);
      this.#skipBlank();
      if (this.#text[this.#at] !== ":") throw this.#error("a colon is expected after a property name");
      this.#at += 1;
      this.#skipBlank();
      entries.set(name, this.#readValue(inner, depth + 1));
    });
    return Object.fromEntries(entries);
  }

  #readArray(path: string, depth: number): unknown {
    const values: unknown[] = [];
    this.#readList("]", () => values.push(this.#readValue(`${path}[${values.length}]`, depth + 1)));
    return values;
  }

  #readList(end: "}" | "]", readOne: () => void): void {
    this.#at += 1;
    for (;;) {
      this.#skipBlank();
      if (this.#text[this.#at] === end) break;
      readOne();
      this.#skipBlank();
      if (this.#text[this.#at] === end) break;
      if (this.#text[this.#at] !== ",") throw this.#error(`a comma or ${end} is expected`);
      this.#at += 1;
    }
    this.#at += 1;
  }

  #readString(): string {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"' && this.#text[end] !== "\n") {
      end += this.#text[end] === "\\" ? 2 : 1;
    }
    if (this.#text[end] !== '"') throw this.#error("a text is not closed", start);
    this.#at = end + 1;
    return this.#parse(
      start,
      "a text holds an escape or control character that JSON does not know",
    ) as string;
  }

  #readWord(): unknown {
    const start = this.#at;
    while (/[-+.\w]/.test(this.#text[this.#at] ?? "")) this.#at += 1;
    const complaint = "a value is expected: text in double quotes, a number, true, false, null, { or [";
    if (this.#at === start) throw this.#error(complaint);
    return this.#parse(start, complaint);
  }

  #parse(start: number, complaint: string): unknown {
    try {
      return JSON.parse(this.#text.slice(start, this.#at)) as unknown;
    } catch {
      // The engine's own message quotes the document.
      throw this.#error(complaint, start);
    }
  }

  #skipBlank(): void {
    for (;;) {
      while (/[ \t\r\n]/.test(this.#text[this.#at] ?? "")) this.#at += 1;
      const opening = this.#text.slice(this.#at, this.#at + 2);
      if (opening !== "//" && opening !== "/*") return;
      const closing = opening === "//" ? "\n" : "*/";
      const end = this.#text.indexOf(closing, this.#at + 2);
      if (end === -1 && opening === "/*") throw this.#error("a comment is not closed");
      this.#at = end === -1 ? this.#text.length : end + closing.length;
    }
  }

  #error(message: string, offset = this.#at): JsonSyntaxError {
    return new JsonSyntaxError(message, positionIn(this.#text, offset));
  }
}
