import { format, inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { aforo, findFormat, generateKey, redactWithin, Secret } from "@keywarden/key-format";
import { makeRandom } from "./random.ts";

const live = findFormat(aforo, { kind: "secret", environment: "production" });
if (live === undefined) throw new Error("Aforo has no live key");
const key = generateKey(live, makeRandom(3));
const text = key.reveal();

describe("a Secret", () => {
  it.each<[string, (secret: Secret) => string]>([
    ["a template or a sum", (secret) => secret[Symbol.toPrimitive]()],
    ["a string", String],
    ["a joined list", (secret) => [secret, secret].join()],
    ["JSON", (secret) => JSON.stringify({ secret })],
    ["inspection", (secret) => inspect({ deep: [secret] }, { showHidden: true, depth: 9 })],
    ["format", (secret) => format("%s %o %j", secret, secret, secret)],
    ["an error's message", (secret) => new Error(`refused ${String(secret)}`).stack ?? ""],
    ["its own members", (secret) => JSON.stringify(Object.entries(secret))],
    ["a structured clone", (secret) => inspect(structuredClone(secret), { showHidden: true })],
  ])("does not show its key in %s", (_, print) => {
    const printed = print(key);
    expect(printed).not.toContain(text.slice(8, 20));
    expect(printed).not.toContain(text.slice(-6));
  });

  it("prints [redacted], and gives the key only to who reveals it", () => {
    expect(String(key)).toBe("[redacted]");
    expect(inspect(key)).toBe("[redacted]");
    expect(new Secret("anything").reveal()).toBe("anything");
  });

  it("says what may be shown", () => {
    expect(key.redacted).toBe(`${live.prefix}…${text.slice(-4)}`);
  });
});

describe("redactWithin", () => {
  it("masks each key in a path or message and keeps the rest", () => {
    const masked = `${live.prefix}…${text.slice(-4)}`;
    expect(redactWithin(`/srv/${text}/a.env: "${text}" twice`, [aforo])).toBe(
      `/srv/${masked}/a.env: "${masked}" twice`,
    );
  });

  it("masks a key that is glued to other words", () => {
    expect(redactWithin(`my_${text}_backup`, [aforo])).toBe(`my_${live.prefix}…`);
  });

  it("keeps a prefix that nothing like a key follows", () => {
    expect(redactWithin(`keys start with ${live.prefix} there`, [aforo])).toBe(
      `keys start with ${live.prefix} there`,
    );
  });

  it("masks nothing for no providers", () => {
    expect(redactWithin("plain", [])).toBe("plain");
  });
});
