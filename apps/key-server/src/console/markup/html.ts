/** Text that is HTML already: everything in it was written here or escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = Html | string | number | null | false | readonly Html[];

/** Writes HTML; whatever is put in is escaped, unless it is {@link Html} itself. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const own = withoutIndents(parts);
  // Texts that are added up are copied once, when the page is sent; joined, a page would be copied at each level.
  let text = own[0] ?? "";
  for (let index = 0; index < values.length; index += 1)
    text += write(values[index]) + (own[index + 1] ?? "");
  return new Html(text);
}

const written = new WeakMap<TemplateStringsArray, readonly string[]>();

/** The source's indentation is not sent: a line break alone separates words as well. */
function withoutIndents(parts: TemplateStringsArray): readonly string[] {
  const known = written.get(parts);
  if (known !== undefined) return known;
  const own = parts.map((part) => part.replaceAll(/\s*\n\s*/g, "\n")).map(narrow);
  written.set(parts, own);
  return own;
}

/** Gives the text that a value becomes within HTML. */
export function write(value: Value | undefined): string {
  if (value === undefined || value === null || value === false) return "";
  if (value instanceof Html) return value.text;
  if (typeof value !== "object") return escape(String(value));
  let text = "";
  for (const one of value) text += one.text;
  return text;
}

const special = /[&<>"']/;
const names: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

// Most texts need nothing, and one look says so.
const needsWriting = /[&<>"'\u0100-\uFFFF]/;

function escape(text: string): string {
  if (!needsWriting.test(text)) return text;
  return narrow(special.test(text) ? text.replaceAll(/[&<>"']/g, (one) => names[one] ?? "") : text);
}

const wide = /[\u0100-\uFFFF]/;

/** One character beyond Latin 1 makes V8 keep two bytes for each of the page, in memory that is seldom cleared. */
function narrow(text: string): string {
  if (!wide.test(text)) return text;
  // Whatever is cut from a wide text is as wide: it is made anew, character by character.
  let made = "";
  for (const one of text) {
    const code = one.codePointAt(0) ?? 0;
    made += code > 255 ? `&#${code};` : String.fromCharCode(code);
  }
  return made;
}
