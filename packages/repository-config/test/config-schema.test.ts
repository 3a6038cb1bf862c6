import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../src/config-error.ts";
import { readConfig } from "../src/read-config.ts";
import { configShape, hygieneShape } from "../src/config-shape.ts";
import { readJsonDocument } from "../src/json-document.ts";
import { makeJsonSchema } from "../src/json-schema.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const schema = makeJsonSchema(
  configShape,
  "keywarden.json",
  "What a repository says about its own scans; docs/configuration.md explains it.",
);
const isValid = new Ajv2020({ strict: true, strictRequired: false }).compile(schema);

const documentation = readFileSync(`${root}docs/configuration.md`, "utf8");
const examples = [...documentation.matchAll(/```jsonc\n(.*?)```/gs)].map(([, text = ""]) => text);

function isRead(value: unknown): boolean {
  try {
    readConfig(JSON.stringify(value));
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

interface Vectors {
  readonly cases: readonly {
    readonly name: string;
    readonly input: unknown;
    readonly expected: { readonly problems?: readonly unknown[] };
  }[];
}
const vectors = JSON.parse(readFileSync(`${root}test/vectors/define-provider.json`, "utf8")) as Vectors;

describe("the published JSON Schema", () => {
  it("is the one that the reader is made from; vitest -u writes it anew", async () => {
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
      `${root}docs/keywarden.schema.json`,
    );
  });

  it("accepts every example of docs/configuration.md, as the reader does", () => {
    expect(examples.length).toBeGreaterThan(3);
    for (const example of examples) {
      const { value } = readJsonDocument(example);
      expect([example, isValid(value), isValid.errors]).toEqual([example, true, null]);
      expect(() => readConfig(example)).not.toThrow();
    }
  });

  it("documents every key that it knows", () => {
    const names = Object.keys(schema["properties"] as object);
    const allowed = ["path", "format", "finding", "fingerprint", "reason", "owner", "expires"];
    const policy = ["minConfidence", "secret", "restricted", "publishable", "foreignAllow"];
    const hygiene = Object.keys(hygieneShape.kind === "object" ? hygieneShape.properties : {});
    expect(hygiene.length).toBeGreaterThan(6);
    const app = ["atLeast", "kind", "environment", "action"];
    for (const name of [...names, ...app, ...allowed, ...policy, ...hygiene])
      expect(documentation).toContain(`\`${name}\``);
  });

  it.each<[string, unknown]>([
    ["an unknown key", { alow: [] }],
    ["an entry without a reason", { allow: [{ path: "a" }] }],
    ["an entry that names nothing", { allow: [{ reason: "made here" }] }],
    ["a reason without a word", { allow: [{ path: "a", reason: "..." }] }],
    ["a finding id that is none", { allow: [{ finding: "x", reason: "made here" }] }],
    ["a day in another order", { allow: [{ path: "a", reason: "made here", expires: "31.01.2027" }] }],
    ["a path from the root", { exclude: ["/a"] }],
    ["an action that is none", { policy: { secret: "stop" } }],
    ["an environment that is none", { policy: { secret: { live: "warn" } } }],
    ["a confidence that is none", { policy: { minConfidence: "sure" } }],
    ["a provider without formats", { providers: [{ id: "acme" }] }],
    ["a list that is none", { exclude: "vendor/**" }],
    ["an action that would loosen the App", { app: { atLeast: [{ action: "ignore" }] } }],
    ["a preset that is none", { hygiene: { preset: "cis90" } }],
    ["no days at all", { hygiene: { rotateEveryDays: 0 } }],
    ["half a day", { hygiene: { dormantAfterDays: 0.5 } }],
    ["an accepted finding without a reason", { hygiene: { accept: [{ rule: "dormant" }] } }],
    ["an accepted finding that names nothing", { hygiene: { accept: [{ reason: "made here" }] } }],
  ])("refuses %s, as the reader does", (_, value) => {
    expect([isValid(value), isRead(value)]).toEqual([false, false]);
  });

  it.each(vectors.cases.filter(({ expected }) => expected.problems === undefined))(
    "accepts a provider that defineProvider accepts: $name",
    ({ input }) => {
      const value = { providers: [input] };
      expect([isValid(value), isValid.errors, isRead(value)]).toEqual([true, null, true]);
    },
  );

  // What one property says of another is known to the reader alone.
  const acrossProperties = [
    "refuses a prefix twice",
    "refuses a prefix that begins another",
    "refuses a range from more to less",
    "refuses an issued length out of the range",
    "refuses a checksum in an alphabet that cannot hold it",
    "refuses fewer than 12 characters beside the checksum",
    "refuses a schedule without days",
    "refuses days for a quarter",
    "has room for both keys while they overlap",
  ];
  it.each(
    vectors.cases.filter(
      ({ name, expected }) => expected.problems !== undefined && !acrossProperties.includes(name),
    ),
  )("refuses a provider that defineProvider refuses: $name", ({ input }) => {
    const value = { providers: [input] };
    expect([isValid(value), isRead(value)]).toEqual([false, false]);
  });
});

it("refuses a publishable pattern whose keys a secret one of the same provider takes too, with its line", () => {
  const pattern = (id: string, kind: string, text: string): string =>
    `{ "id": "${id}", "kind": "${kind}", "pattern": "${text}" }`;
  const patterns = [pattern("a", "publishable", "acme_{hex:40}"), pattern("b", "secret", "acme_{base62:40}")];
  const source = `{ "providers": [{ "id": "acme", "patterns": [\n${patterns.join(",\n")}\n] }] }`;
  expect(() => readConfig(source)).toThrow(
    /:3:\d+: providers\[0\]\.patterns\[1\]\.pattern: a key can fit this and a \(acme\/a\), of which one is secret/,
  );
});
