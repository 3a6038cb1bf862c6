/** A way to write text, as an encoder does it. */
export interface WrittenForm {
  readonly view: string;
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

const base64 = (text: string): string => latin(text).toString("base64");

/** Every form in which a scan reads keys, and the name of the view that reads it. */
export const writtenForms: Readonly<Record<string, WrittenForm>> = {
  plain: { view: "plain", encode: latin },
  "UTF-16 LE": { view: "utf-16", encode: (text) => Buffer.from(text, "utf16le") },
  "UTF-16 BE": { view: "utf-16", encode: (text) => Buffer.from(text, "utf16le").swap16() },
  percent: { view: "percent-encoded", encode: escape(percent, isWord) },
  "percent in lower case": {
    view: "percent-encoded",
    encode: escape((code) => percent(code).toLowerCase(), isWord),
  },
  "percent, every character": { view: "percent-encoded", encode: escape(percent) },
  "percent, twice": {
    view: "percent-encoded",
    encode: escape((code) => percent(code).replace("%", "%25"), isWord),
  },
  "\\u": { view: "backslash-escaped", encode: escape((code) => `\\u${hexOf(code, 4)}`, isWord) },
  "\\u, every character": { view: "backslash-escaped", encode: escape((code) => `\\u${hexOf(code, 4)}`) },
  "\\\\u": { view: "backslash-escaped", encode: escape((code) => `\\\\u${hexOf(code, 4)}`, isWord) },
  "\\x, every character": { view: "backslash-escaped", encode: escape((code) => `\\x${hexOf(code)}`) },
  "\\x in capitals": {
    view: "backslash-escaped",
    encode: escape((code) => `\\x${hexOf(code).toUpperCase()}`, isWord),
  },
  "\\u{}": { view: "backslash-escaped", encode: escape((code) => `\\u{${hexOf(code)}}`, isWord) },
  octal: {
    view: "backslash-escaped",
    encode: escape((code) => `\\${code.toString(8).padStart(3, "0")}`),
  },
  "decimal entities": { view: "html-entities", encode: escape((code) => `&#${code};`) },
  "hexadecimal entities": { view: "html-entities", encode: escape((code) => `&#x${hexOf(code)};`) },
  "named entities": {
    view: "html-entities",
    encode: (text) => latin(text.replaceAll("_", "&lowbar;").replaceAll('"', "&quot;")),
  },
  base64: { view: "base64", encode: (text) => latin(base64(text)) },
  "base64, url-safe and unpadded": {
    view: "base64",
    encode: (text) => latin(latin(text).toString("base64url")),
  },
  "base64, 64 columns": { view: "base64", encode: (text) => latin(wrap(base64(text), 64, "\n")) },
  "base64, 76 columns, CRLF": { view: "base64", encode: (text) => latin(wrap(base64(text), 76, "\r\n")) },
  "base64, 64 columns inside JSON": {
    view: "base64",
    encode: (text) => latin(`"${wrap(base64(text), 64, "\\n")}"`),
  },
  hex: { view: "hex", encode: (text) => latin(latin(text).toString("hex")) },
  "hex in capitals": { view: "hex", encode: (text) => latin(latin(text).toString("hex").toUpperCase()) },
  "hex, 60 columns": { view: "hex", encode: (text) => latin(wrap(latin(text).toString("hex"), 60, "\n")) },
};
