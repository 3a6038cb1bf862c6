import { aforo, providersOf } from "@keywarden/key-format";
import { assertNoKey, makeKey } from "@keywarden/testing";
import { expect, test } from "vitest";
import { makeLog } from "../src/log.ts";
import type { LogFacts } from "../src/log.ts";

const linesOf = (form: "text" | "json", step: string, facts: LogFacts): string => {
  let text = "";
  makeLog({ form, write: (line) => (text += line), clock: () => Date.UTC(2026, 0, 2), ...providersOf([]) })(
    "warn",
    step,
    facts,
  );
  return text;
};

test("a text line starts with the time and the delivery", () => {
  expect(
    linesOf("text", "push received", { ref: "refs/heads/main", delivery: "7c0f", none: undefined }),
  ).toBe("2026-01-02T00:00:00.000Z 7c0f WARN push received ref=refs/heads/main\n");
});

test("a JSON line holds the same facts", () => {
  expect(JSON.parse(linesOf("json", "push received", { delivery: "7c0f" }))).toEqual({
    at: "2026-01-02T00:00:00.000Z",
    level: "warn",
    step: "push received",
    delivery: "7c0f",
  });
});

test("a line break from outside does not make a second line", () => {
  expect(linesOf("text", "push received", { ref: "a\n2026 forged\u2028\u202e" }).split("\n")).toHaveLength(2);
});

test.each(["text", "json"] as const)("a key that a message quotes all the same is masked in %s", (form) => {
  const key = makeKey(aforo, { kind: "secret", environment: "production" });
  const line = linesOf(form, `failed with ${key.reveal()}`, { why: `"${key.reveal()}"` });
  assertNoKey(line, [key]);
  expect(line).toContain(key.redacted);
});
