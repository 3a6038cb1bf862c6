/** A way to write text, as an encoder does it. */
export interface WrittenForm {
  readonly encoding: string;
  readonly encode: (text: string) => Buffer;
}

const latin = (text: string): Buffer => Buffer.from(text, "latin1");
const escape =
  (write: (code: number) => string, isKept: (character: string) => boolean = () => false) =>
  (text: string): Buffer =>
    latin(Array.from(text, (one) => (isKept(one) ? one : write(one.charCodeAt(0)))).join(""));
const isWord = (character: string): boolean => /[0-9A-Za-z\s]/.test(character);
const hexOf = (code: number, digits = 2): string => code.toString(16).padStart(digits, "0");
const percent = (code: number): string => `%${hexOf(code).toUpperCase()}`;

/** Wraps digits as PEM and MIME do. */
function wrap(digits: string, width: number, lineEnd: string): string {
  return (digits.match(new RegExp(`.{1,${width}}`, "g")) ?? []).join(lineEnd);
}

/** Writes text in UTF-32. */
function quads(text: string, isLittle: boolean): Buffer {
  const bytes = Buffer.alloc(4 * text.length);
  for (let index = 0; index < text.length; index += 1) {
    bytes[4 * index + (isLittle ? 0 : 3)] = text.charCodeAt(index);
  }
  return bytes;
}

const base64 = (text: string): string => latin(text).toString("base64");

/** Every form in which a scan reads keys, and the name of the encoding that reads it. */
export const writtenForms: Readonly<Record<string, WrittenForm>> = {
  plain: { encoding: "plain", encode: latin },
  "UTF-16 LE": { encoding: "utf-16", encode: (text) => Buffer.from(text, "utf16le") },
  "UTF-16 BE": { encoding: "utf-16", encode: (text) => Buffer.from(text, "utf16le").swap16() },
  "UTF-32 LE": { encoding: "utf-32", encode: (text) => quads(text, true) },
  "UTF-32 BE": { encoding: "utf-32", encode: (text) => quads(text, false) },
  "Markdown and LaTeX": {
    encoding: "backslash-escaped",
    encode: (text) => latin(text.replaceAll("_", "\\_")),
  },
  percent: { encoding: "percent-encoded", encode: escape(percent, isWord) },
  "percent in lower case": {
    encoding: "percent-encoded",
    encode: escape((code) => percent(code).toLowerCase(), isWord),
  },
  "percent, every character": { encoding: "percent-encoded", encode: escape(percent) },
  "percent, twice": {
    encoding: "percent-encoded",
    encode: escape((code) => percent(code).replace("%", "%25"), isWord),
  },
  "\\u": { encoding: "backslash-escaped", encode: escape((code) => `\\u${hexOf(code, 4)}`, isWord) },
  "\\u, every character": { encoding: "backslash-escaped", encode: escape((code) => `\\u${hexOf(code, 4)}`) },
  "\\\\u": { encoding: "backslash-escaped", encode: escape((code) => `\\\\u${hexOf(code, 4)}`, isWord) },
  "\\x, every character": { encoding: "backslash-escaped", encode: escape((code) => `\\x${hexOf(code)}`) },
  "\\x in capitals": {
    encoding: "backslash-escaped",
    encode: escape((code) => `\\x${hexOf(code).toUpperCase()}`, isWord),
  },
  "\\u{}": { encoding: "backslash-escaped", encode: escape((code) => `\\u{${hexOf(code)}}`, isWord) },
  octal: {
    encoding: "backslash-escaped",
    encode: escape((code) => `\\${code.toString(8).padStart(3, "0")}`),
  },
  "decimal entities": { encoding: "html-entities", encode: escape((code) => `&#${code};`) },
  "hexadecimal entities": { encoding: "html-entities", encode: escape((code) => `&#x${hexOf(code)};`) },
  "named entities": {
    encoding: "html-entities",
    encode: (text) => latin(text.replaceAll("_", "&lowbar;").replaceAll('"', "&quot;")),
  },
  base64: { encoding: "base64", encode: (text) => latin(base64(text)) },
  "base64, url-safe and unpadded": {
    encoding: "base64",
    encode: (text) => latin(latin(text).toString("base64url")),
  },
  "base64, 64 columns": { encoding: "base64", encode: (text) => latin(wrap(base64(text), 64, "\n")) },
  "base64, 76 columns, CRLF": { encoding: "base64", encode: (text) => latin(wrap(base64(text), 76, "\r\n")) },
  "base64, 64 columns inside JSON": {
    encoding: "base64",
    encode: (text) => latin(`"${wrap(base64(text), 64, "\\n")}"`),
  },
  "base64 twice": { encoding: "base64-twice", encode: (text) => latin(base64(base64(text))) },
  "base64 of UTF-16": {
    encoding: "base64-of-utf-16",
    encode: (text) => latin(Buffer.from(text, "utf16le").toString("base64")),
  },
  "character codes": {
    encoding: "character-codes",
    encode: (text) => latin(Array.from(text, (one) => one.charCodeAt(0)).join(", ")),
  },
  "character codes in hexadecimal": {
    encoding: "character-codes",
    encode: (text) => latin(Array.from(text, (one) => `0x${hexOf(one.charCodeAt(0))}`).join(",")),
  },
  hex: { encoding: "hex", encode: (text) => latin(latin(text).toString("hex")) },
  "hex in capitals": { encoding: "hex", encode: (text) => latin(latin(text).toString("hex").toUpperCase()) },
  "hex, 60 columns": {
    encoding: "hex",
    encode: (text) => latin(wrap(latin(text).toString("hex"), 60, "\n")),
  },
};
