import type { RandomBytes } from "@keywarden/key-format";
import type { GoToken } from "./go-tokens.ts";
import { makeFromRegex, UnreadError } from "./make-from-regex.ts";

/** A string, or several of which each is `null` where it could not be read. */
export type GoValue = string | readonly (string | null)[];

export interface GoScope {
  readonly tokens: readonly GoToken[];
  readonly variables: ReadonlyMap<string, GoValue>;
  /** What `GenerateSampleSecrets` writes a secret into, with `{i}`, `{I}` and `{s}` in it. */
  readonly templates: readonly string[];
  readonly random: RandomBytes;
}

export interface ReadGo {
  readonly value: GoValue;
  /** Where the expression ends among the tokens. */
  readonly end: number;
}

/**
 * Reads what the rules of gitleaks and betterleaks write their samples with: strings, lists, `+`, `append`,
 * `fmt.Sprintf`, and the functions of their generators.
 *
 * @throws {UnreadError} for anything else
 */
export function readGoExpression(scope: GoScope, start: number): ReadGo {
  let { value, end } = readOperand(scope, start);
  while (scope.tokens[end]?.text === "+" && scope.tokens[end]?.type === "sign") {
    const next = readOperand(scope, end + 1);
    value = textOf(value) + textOf(next.value);
    ({ end } = next);
  }
  return { value, end };
}

function readOperand(scope: GoScope, start: number): ReadGo {
  const { tokens, variables } = scope;
  const first = tokens[start];
  if (first?.type === "string") return { value: first.text, end: start + 1 };
  if (first?.text === "[" && tokens[start + 2]?.text === "string" && tokens[start + 3]?.text === "{") {
    const { values, end } = readList(scope, start + 4, "}");
    return { value: values.flatMap((value) => (value === null ? [null] : [textOf(value)])), end };
  }
  if (first?.type !== "word") throw new UnreadError(`operand ${first?.text}`);
  let name = first.text;
  let end = start + 1;
  while (tokens[end]?.text === "." && tokens[end + 1]?.type === "word") {
    name += `.${tokens[end + 1]?.text}`;
    end += 2;
  }
  if (tokens[end]?.text === "(") {
    const { values, end: after } = readList(scope, end + 1, ")");
    return { value: call(name, values, scope), end: after };
  }
  if (name === "nil") return { value: [], end };
  if (/^\d/.test(name)) return { value: name, end };
  const known = variables.get(name);
  if (known === undefined) throw new UnreadError(`variable ${name}`);
  return { value: known, end };
}

// An element that cannot be read is left out up to the next comma, so that the others count.
function readList(
  scope: GoScope,
  start: number,
  close: string,
): { readonly values: readonly (GoValue | null)[]; readonly end: number } {
  const { tokens } = scope;
  const values: (GoValue | null)[] = [];
  let at = start;
  while (at < tokens.length && !isSign(tokens[at], close)) {
    try {
      const { value, end } = readGoExpression(scope, at);
      const after = isSign(tokens[end], "...") ? end + 1 : end;
      if (!isSign(tokens[after], ",") && !isSign(tokens[after], close)) throw new UnreadError("operator");
      values.push(value);
      at = after;
    } catch (error) {
      if (!(error instanceof UnreadError)) throw error;
      values.push(null);
      at = skipElement(tokens, at);
    }
    if (isSign(tokens[at], ",")) at += 1;
  }
  return { values, end: at + 1 };
}

function skipElement(tokens: readonly GoToken[], start: number): number {
  let depth = 0;
  for (let at = start; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.type !== "sign") continue;
    if (depth === 0 && /^[,)}\]]$/.test(token.text)) return at;
    if (/^[({[]$/.test(token.text)) depth += 1;
    if (/^[)}\]]$/.test(token.text)) depth -= 1;
  }
  return tokens.length;
}

const isSign = (token: GoToken | undefined, text: string): boolean =>
  token?.type === "sign" && token.text === text;

const sizedClasses: Readonly<Record<string, string>> = {
  Numeric: "[0-9]",
  Hex: "[a-f0-9]",
  AlphaNumeric: "[a-z0-9]",
  AlphaNumericExtendedShort: "[a-z0-9_-]",
  AlphaNumericExtended: String.raw`[a-z0-9=_\-]`,
  AlphaNumericExtendedLong: String.raw`[a-z0-9/=_+\-]`,
};

function call(name: string, values: readonly (GoValue | null)[], { random, templates }: GoScope): GoValue {
  if (name === "append") {
    return values.flatMap((value) => (typeof value === "string" || value === null ? [value] : [...value]));
  }
  const [first = "", second = "", ...rest] = values.map((value) => {
    if (value === null) throw new UnreadError(`argument of ${name}`);
    return textOf(value);
  });
  const [, short = ""] = name.split(".");
  const characters = sizedClasses[short];
  if (characters !== undefined) return `${characters}{${first}}`;
  if (short === "Hex8_4_4_4_12")
    return "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}".replace(/\((.*)\)\{3\}/, "$1$1$1");
  if (short === "NewSecret" || short === "NewSecretWithEntropy") return makeFromRegex(first, random);
  if (short === "GenerateSampleSecret") return `${first}_api_token = "${second}"`;
  if (short === "GenerateSampleSecrets") {
    // It writes each secret into all of them; one that is drawn keeps rules with such samples from outweighing others.
    const template = templates[(random(1)[0] ?? 0) % templates.length] ?? "{s}";
    return [
      template.replaceAll("{i}", first).replaceAll("{I}", first.toUpperCase()).replaceAll("{s}", second),
    ];
  }
  if (name === "strings.Repeat") return first.repeat(Number(second));
  if (name !== "fmt.Sprintf") throw new UnreadError(`function ${name}`);
  const given = [second, ...rest];
  if (first.replaceAll("%s", "").includes("%")) throw new UnreadError("format");
  return first.replaceAll("%s", () => given.shift() ?? "");
}

function textOf(value: GoValue): string {
  if (typeof value !== "string") throw new UnreadError("list in place of a text");
  return value;
}
