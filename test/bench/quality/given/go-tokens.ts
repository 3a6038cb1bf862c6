/** A piece of Go: a string without its quotes, a name or number, or a sign. */
export interface GoToken {
  readonly type: "string" | "word" | "sign";
  readonly text: string;
}

// A comment, a string, a raw string, a name or number, `:=`, `...`, a line end that closes a statement, another sign.
const token =
  /\/\/[^\n]*|\/\*[^]*?\*\/|"((?:[^"\\\n]|\\.)*)"|`([^`]*)`|'(?:[^'\\]|\\.)+'|([A-Za-z_]\w*|\d[\w.]*)|(:=|\.\.\.|[^\s])/g;

/** Splits Go into tokens; comments are left out. */
export function readGoTokens(source: string): readonly GoToken[] {
  return Array.from(source.matchAll(token)).flatMap(([, quoted, raw, word, sign]): readonly GoToken[] => {
    if (quoted !== undefined) return [{ type: "string", text: unescapeGo(quoted) }];
    if (raw !== undefined) return [{ type: "string", text: raw }];
    if (word !== undefined) return [{ type: "word", text: word }];
    return sign === undefined ? [] : [{ type: "sign", text: sign }];
  });
}

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
};

function unescapeGo(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))/g,
    (_, x?: string, u?: string, one = "") => {
      const code = x ?? u;
      return code === undefined ? (escapes[one] ?? one) : String.fromCharCode(Number.parseInt(code, 16));
    },
  );
}
