import type { RandomBytes } from "@keywarden/key-format";
import { readGoExpression, type GoScope, type GoValue } from "./go-expression.ts";
import { readGoTokens, type GoToken } from "./go-tokens.ts";
import { UnreadError } from "./make-from-regex.ts";

/** How the rule finds a key: by what the key itself looks like, or by a name beside it. */
export type RuleSort = "unique" | "beside a name" | "other";

export interface RuleSamples {
  readonly rule: string;
  readonly sort: RuleSort;
  readonly keys: readonly string[];
  readonly others: readonly string[];
  /** How many samples are written in a way that is not read here. */
  readonly unread: number;
}

/** Reads the texts that the functions of a file such as `cmd/generate/config/rules/stripe.go` validate their rules with. */
export function readRuleSamples(
  source: string,
  { templates, random }: Pick<GoScope, "templates" | "random">,
): readonly RuleSamples[] {
  return source
    .split(/^func /m)
    .slice(1)
    .flatMap((text) => {
      const rule = /RuleID:\s*"([^"]+)"/.exec(text)?.[1];
      return rule === undefined ? [] : [readFunction(rule, text, { templates, random })];
    });
}

function readFunction(
  rule: string,
  text: string,
  { templates, random }: { readonly templates: readonly string[]; readonly random: RandomBytes },
): RuleSamples {
  const tokens = readGoTokens(text);
  const variables = new Map<string, GoValue>();
  const scope: GoScope = { tokens, variables, templates, random };
  let broken = 0;
  let called: readonly (GoValue | null)[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const name = tokens[at]?.text ?? "";
    try {
      if (isAssignment(tokens, at)) {
        const { value, end } = readGoExpression(scope, at + 2);
        variables.set(name, value);
        at = end - 1;
      } else if (name.startsWith("Validate") && tokens[at + 1]?.text === "(") {
        // `Validate(r, tps, fps)`
        const keys = readArgument(scope, at + 4);
        called = [keys.value, readArgument(scope, keys.end + 1).value];
      }
    } catch (error) {
      if (!(error instanceof UnreadError)) throw error;
      if (/^(?:tps|fps)$/.test(name) || name.startsWith("Validate")) broken += 1;
    }
  }
  const [keys, others] = [called[0] ?? [], called[1] ?? []].map((value) =>
    typeof value === "string" ? [value] : value,
  ) as [readonly (string | null)[], readonly (string | null)[]];
  const isRead = (one: string | null): one is string => one !== null;
  const unread = [...keys, ...others].filter((one) => one === null).length + broken;
  return { rule, sort: sortOf(text), keys: keys.filter(isRead), others: others.filter(isRead), unread };
}

const readArgument = (scope: GoScope, at: number) => readGoExpression(scope, at);

function isAssignment(tokens: readonly GoToken[], at: number): boolean {
  const [name, sign] = [tokens[at], tokens[at + 1]];
  if (name?.type !== "word" || sign?.type !== "sign") return false;
  return sign.text === ":=" || (sign.text === "=" && tokens[at + 2]?.text !== "=");
}

function sortOf(text: string): RuleSort {
  if (text.includes("GenerateUniqueTokenRegex")) return "unique";
  return text.includes("GenerateSemiGenericRegex") ? "beside a name" : "other";
}
