import { parseEnv } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDotenv } from "../src/check-env/read-dotenv.ts";
import { readYaml } from "../src/check-env/read-yaml.ts";

const values = (text: string) => Object.fromEntries(readDotenv(text).map(({ name, value }) => [name, value]));
const lines = (text: string) => readDotenv(text).map(({ name, line }) => `${name}:${line}`);

describe("a .env file", () => {
  it.each([
    ["A=b", { A: "b" }],
    ["  export A = b  ", { A: "b" }],
    ["A=b # comment", { A: "b" }],
    ["# A=b", {}],
    ["A='b # c'", { A: "b # c" }],
    ['A="b # c" # d', { A: "b # c" }],
    ['A="b\\nc"', { A: "b\nc" }],
    ["A='b\\nc'", { A: "b\\nc" }],
    ['A="b\nc=d"\nE=f', { A: "b\nc=d", E: "f" }],
    ["A=`b\"c'`", { A: "b\"c'" }],
    ["A=\nB=c", { A: "", B: "c" }],
    ["A=b\r\nC=d\r\n", { A: "b", C: "d" }],
    ["A=b\rC=d\r", { A: "b", C: "d" }],
    ["\uFEFFA=b", { A: "b" }],
    ["A=b\nA=c", { A: "c" }],
    ["A=b=c", { A: "b=c" }],
    ["nothing here", {}],
  ])("%j", (text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it("names the line of each variable, also behind values that span lines", () => {
    expect(lines('\n# c\nA="1\n2\n3"\n\nexport B=4\nC=5')).toEqual(["A:3", "B:7", "C:8"]);
  });

  it("reads the same as Node does, whatever the values", () => {
    const name = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,6}$/);
    const bare = fc.stringMatching(/^[A-Za-z0-9_./:=-]{0,12}$/);
    const quoted = fc
      .tuple(fc.constantFrom("'", '"', "`"), fc.stringMatching(/^[A-Za-z0-9 #=\n]{0,12}$/))
      .map(([quote, inner]) => `${quote}${inner}${quote}`);
    const comment = fc.constantFrom("", " # why", "\n# a=b", "\n");
    const one = fc
      .tuple(fc.constantFrom("", "export "), name, fc.oneof(bare, quoted), comment)
      // Node takes "export" for a part of the name when there is no value.
      .map(([lead, left, right, end]) => `${right === "" ? "" : lead}${left}=${right}${end}\n`);
    fc.assert(
      fc.property(fc.array(one, { maxLength: 6 }), (parts) => {
        const text = parts.join("");
        expect(values(text)).toEqual({ ...parseEnv(text) });
      }),
      { numRuns: 500 },
    );
  });
});

const told = (text: string) =>
  readYaml(text).map(({ name, value, line, service, deployment }) => [
    name,
    value,
    line,
    service,
    deployment,
  ]);

describe("CI settings and manifests", () => {
  it("of GitHub: env at every level, inputs of actions, and what a job deploys to", () => {
    const text = [
      "env: { A: '1' }",
      "jobs:",
      "  deploy:",
      "    environment: { name: production, url: https://x.test }",
      "    steps:",
      "      - with:",
      "          key: two",
      "        env:",
      "          B: 3",
    ].join("\n");
    expect(told(text)).toEqual([
      ["A", "1", 1, null, null],
      ["key", "two", 7, null, "production"],
      ["B", "3", 9, null, "production"],
    ]);
  });

  it("of GitLab: variables with and without descriptions, and its own tags", () => {
    const text = [
      "variables:",
      "  A: one",
      "  B: { value: two, description: what }",
      "job:",
      "  environment: staging",
      "  script: !reference [.setup, script]",
      "  variables: { C: three }",
    ].join("\n");
    expect(told(text)).toEqual([
      ["A", "one", 2, null, null],
      ["B", "two", 3, null, null],
      ["C", "three", 7, null, "staging"],
    ]);
  });

  it("of CircleCI, where environment is a map", () => {
    expect(told("jobs:\n  build:\n    environment:\n      name: x\n      A: one\n")).toEqual([
      ["name", "x", 4, null, null],
      ["A", "one", 5, null, null],
    ]);
  });

  it("of compose files: maps and lists, for each service", () => {
    const text =
      "services:\n  web:\n    environment:\n      - A=one=1\n      - PASSED_ON\n  db:\n    environment: { B: two }\n";
    expect(told(text)).toEqual([
      ["A", "one=1", 4, "web", null],
      ["B", "two", 7, "db", null],
    ]);
  });

  it("of Kubernetes: several documents, base64 of secrets, namespaces", () => {
    const text = [
      "kind: Secret",
      "metadata: { name: billing, namespace: shop-prod }",
      `data: { A: ${btoa("one")} }`,
      "stringData: { B: two }",
      "---",
      "kind: Deployment",
      "metadata: { name: web }",
      "spec: { containers: [{ env: [{ name: C, value: three }, { name: D, valueFrom: { x: y } }] }] }",
    ].join("\n");
    expect(told(text)).toEqual([
      ["A", "one", 3, "billing", "production"],
      ["B", "two", 4, "billing", "production"],
      ["C", "three", 8, "web", null],
    ]);
  });

  it("are refused with the line when they are no YAML, and nothing of them is quoted", () => {
    expect(() => readYaml("a: 1\nb: [secret")).toThrow(/it is not YAML from line 2 on/);
    expect(() => readYaml("a: 1\nb: [secret")).not.toThrow(/secret/);
  });

  it("never take long, however deep or circular", () => {
    expect(readYaml(`${"a: {".repeat(200)}${"}".repeat(200)}`.replaceAll("a: {}", "a: 1"))).toEqual([]);
    expect(readYaml("a: &x { env: { A: b }, again: *x }").map(({ name }) => name)).toEqual(["A"]);
  });
});
