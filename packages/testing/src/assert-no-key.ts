import type { Secret } from "@keywarden/key-format";

/**
 * Fails when a key can be read back from the text or bytes: plain, UTF-16, hex, or base64 in any alignment.
 *
 * The body without its prefix counts as a leak too, because prefixes are public.
 *
 * @throws Error that names the redacted key, the form and the byte offset, never the key.
 */
export function assertNoKey(haystack: string | Uint8Array, keys: readonly Secret[]): void {
  const bytes = typeof haystack === "string" ? Buffer.from(haystack, "utf8") : Buffer.from(haystack);
  for (const key of keys) {
    for (const [form, needle] of formsOf(bodyOf(key.reveal()))) {
      const offset = bytes.indexOf(needle);
      if (offset !== -1) {
        throw new Error(`the key ${key.redacted} can be read at byte ${offset} in its ${form} form`);
      }
    }
  }
}

function bodyOf(keyText: string): string {
  return /^[a-z]+_[a-z]+_(?<body>.+)$/su.exec(keyText)?.groups?.["body"] ?? keyText;
}

function formsOf(text: string): readonly (readonly [string, Buffer])[] {
  const plain = Buffer.from(text, "utf8");
  const hex = plain.toString("hex");
  const forms: [string, Buffer][] = [
    ["plain", plain],
    ["reversed", Buffer.from(text.split("").reverse().join(""), "utf8")],
    ["UTF-16LE", Buffer.from(text, "utf16le")],
    ["UTF-16BE", Buffer.from(text, "utf16le").swap16()],
    ["hex", Buffer.from(hex, "latin1")],
    ["upper-case hex", Buffer.from(hex.toUpperCase(), "latin1")],
  ];
  for (const before of [0, 1, 2]) {
    const core = base64Core(plain, before);
    forms.push([`base64+${before}`, Buffer.from(core, "latin1")]);
    forms.push([
      `base64url+${before}`,
      Buffer.from(core.replaceAll("+", "-").replaceAll("/", "_"), "latin1"),
    ]);
  }
  return forms;
}

// The characters of the base64 text that no byte before or after the key can change.
function base64Core(plain: Buffer, bytesBefore: number): string {
  const encoded = Buffer.concat([Buffer.alloc(bytesBefore), plain]).toString("base64");
  const first = Math.ceil((bytesBefore * 4) / 3);
  const afterLast = Math.floor(((bytesBefore + plain.length) * 4) / 3);
  return encoded.slice(first, afterLast);
}
