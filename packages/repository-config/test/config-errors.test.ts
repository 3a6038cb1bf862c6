import { describe, expect, it } from "vitest";
import { assertNoKey, makeKey } from "@keywarden/testing";
import { aforo, builtInProviders, redactWithin } from "@keywarden/key-format";
import fastCheck from "fast-check";
import { readLeastActions } from "../src/app-config.ts";
import { ConfigError } from "../src/config-error.ts";
import { readBaseline } from "../src/baseline.ts";
import { readConfig } from "../src/read-config.ts";

const key = makeKey(aforo, { kind: "secret", environment: "production" }, 41);

function complaintOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError && error.code === "CONFIG_INVALID") return error.message;
    throw error;
  }
  return "nothing";
}
const complaintsAbout = (source: string): string => complaintOf(() => readConfig(source));

const format = (members: string): string =>
  `{ "prefix": "acme_live_", "kind": "secret", "environment": "production", ${members} }`;
const body = '"body": { "alphabet": "base62", "length": 32 }';
const provider = (members: string): string => `{ "providers": [\n  { "id": "acme", ${members} }\n] }`;
const allow = (members: string): string => `{ "allow": [\n  { ${members} }\n] }`;

describe("everything that is wrong with a keywarden.json has a place and a way out", () => {
  it.each<[what: string, source: string, complaint: string]>([
    ["nothing at all", "", "1:1: the document ends where a value is expected"],
    ["a list", "[]", "1:1: the document must be an object, not a list"],
    ["a text", '"x"', "1:1: the document must be an object, not a string"],
    ["a comma too few", '{\n  "allow": []\n  "exclude": []\n}', "3:3: a comma or } is expected"],
    ["a property twice", '{ "allow": [],\n  "allow": [] }', '2:3: "allow" appears twice'],
    ["single quotes", "{ 'allow': [] }", "1:3: a property name in double quotes is expected"],
    ["something behind the end", "{}\n{}", "2:1: something follows the end of the document"],
    ["an unknown property", '{\n  "alow": []\n}', '2:3: unknown property "alow"; did you mean "allow"?'],
    [
      "a pattern that another provider's keys fit",
      provider('"patterns": [{ "id": "token", "kind": "secret", "pattern": "ghp_{base62:36}" }]'),
      '2:67: providers[0].patterns[0].pattern: a key can fit this and GitHub\'s classic PAT (github/classic-pat), and nothing in it tells whose it is: narrow it, call the provider "github" to take its place, or leave source-control out of catalogue',
    ],
    [
      "a pattern that fits keys of a provider above",
      `{ "providers": [
  { "id": "acme", "formats": [${format(body)}] },
  { "id": "other", "patterns": [{ "id": "token", "kind": "secret", "pattern": "acme_live_{base62:32}" }] }
] }`,
      "3:68: providers[1].patterns[0].pattern: a key can fit this and acme's acme_live_ (acme_live_), and nothing in it tells whose it is: narrow one of the two, or describe both as formats with a prefix and a body, which are ranked",
    ],
    [
      "an unknown property like no other",
      '{ "rules": [] }',
      '1:3: unknown property "rules"; known are $schema, providers, allow, policy, catalogue, exclude, app, hygiene',
    ],
    ["a list that is none", '{ "allow": {} }', "1:3: allow: must be a list, not an object"],
    ["no formats", provider('"name": "Acme"'), "2:3: providers[0].formats: must list at least one format"],
    ["zero formats", provider('"formats": []'), "2:19: providers[0].formats: must list at least one format"],
    [
      "a format that is misspelt",
      provider(`"formats": [${format(body).replace('"prefix"', '"prefix": "acme_test_", "prefixx"')}]`),
      '2:57: providers[0].formats[0].prefixx: is not known here; did you mean "prefix"?',
    ],
    [
      "a format without an anchor",
      provider(`"formats": [{ "prefix": "", "kind": "secret", "environment": "production", ${body} }]`),
      "2:33: providers[0].formats[0].prefix: must be words of letters and digits, each followed by _, 3 to 32 characters, such as sk_live_; a key of another shape is one of patterns",
    ],
    [
      "an environment by its short name",
      provider(`"formats": [${format(body).replace('"production"', '"prod"')}]`),
      '2:75: providers[0].formats[0].environment: must be one of production, sandbox, development; did you mean "production"?',
    ],
    [
      "a checksum as a text",
      provider(`"formats": [${format(`${body}, "checksum": "crc32"`)}]`),
      '2:152: providers[0].formats[0].checksum: must be an object, such as { "algorithm": "crc32-base62" }, not a string',
    ],
    [
      "a prefix that nothing parts from the body",
      provider(`"formats": [{ "prefix": "acme", "kind": "secret", "environment": "production", ${body} }]`),
      '2:33: providers[0].formats[0].prefix: must end with _, or nothing parts it from the body; did you mean "acme_"?',
    ],
    [
      "the same format twice",
      provider(`"formats": [${format(body)},\n  ${format(body)}]`),
      "3:5: providers[0].formats[1].prefix: is the same as that of providers[0].formats[0]",
    ],
    [
      "overlapping formats",
      provider(`"formats": [${format(body)},\n  ${format(body).replace("acme_live_", "acme_")}]`),
      "3:5: providers[0].formats[1].prefix: overlaps acme_live_, the prefix of providers[0].formats[0]",
    ],
    [
      "a body too short to be told from a word",
      provider(`"formats": [${format('"body": { "alphabet": "base62", "length": 4 }')}]`),
      "2:136: providers[0].formats[0].body.length: must be a whole number from 12 to 256",
    ],
    [
      "a built-in provider",
      `{ "providers": [\n  { "id": "aforo", "formats": [${format(body)}] }\n] }`,
      '2:5: providers[0].id: "aforo" is a built-in provider, which cannot be redefined',
    ],
    [
      "a provider twice",
      `{ "providers": [\n  { "id": "acme", "formats": [${format(body)}] },\n  { "id": "acme", "formats": [${format(body)}] }\n] }`,
      '3:5: providers[1].id: "acme" is already defined above',
    ],
    [
      "an entry without a reason",
      allow('"path": "test/**"'),
      "2:3: allow[0]: reason is missing: a reason of 2 to 200 characters: why this key is no danger",
    ],
    [
      "an empty reason",
      allow('"path": "test/**", "reason": " "'),
      "2:24: allow[0].reason: must be a reason of 2 to 200 characters: why this key is no danger",
    ],
    [
      "an entry that accepts everything",
      allow('"reason": "because"'),
      "2:3: allow[0]: must name at least one of path, format, finding, fingerprint",
    ],
    [
      "an entry that is misspelt",
      allow('"pth": "test/**", "reason": "made here"'),
      '2:5: allow[0]: unknown property "pth"; did you mean "path"?',
    ],
    [
      "a path from the root",
      allow('"path": "/test", "reason": "made here"'),
      "2:5: allow[0].path: must not begin with /: it starts at the top of the repository anyway",
    ],
    [
      "a prefix that no format has",
      allow('"format": "sk_liv_", "reason": "made here"'),
      '2:5: allow[0].format: no format begins with sk_liv_; did you mean "sk_live_"?',
    ],
    [
      "a fingerprint that is none",
      allow('"fingerprint": "abc", "reason": "made here"'),
      "2:5: allow[0].fingerprint: must be the SHA-256 of a key, 64 lower-case hex digits, never the key itself",
    ],
    [
      "a key for a fingerprint",
      allow(`"fingerprint": "${key.reveal()}", "reason": "made here"`),
      "2:5: allow[0].fingerprint: must be the SHA-256 of a key, 64 lower-case hex digits, never the key itself",
    ],
    [
      "a finding id that is none",
      allow('"finding": "ABC", "reason": "made here"'),
      "2:5: allow[0].finding: must be a finding id, 64 lower-case hex digits",
    ],
    [
      "a day that does not exist",
      allow('"path": "a", "reason": "made here", "expires": "2027-02-30"'),
      "2:41: allow[0].expires: must be a day that exists, written as 2027-01-31",
    ],
    [
      "a day in another order",
      allow('"path": "a", "reason": "made here", "expires": "31.01.2027"'),
      "2:41: allow[0].expires: must be a day that exists, written as 2027-01-31",
    ],
    [
      "a number for an owner",
      allow('"path": "a", "reason": "made here", "owner": 7'),
      "2:41: allow[0].owner: must be a name of 2 to 64 characters: who answers for it, not a number",
    ],
    [
      "an action that is none",
      '{ "policy": {\n  "secret": "wran"\n} }',
      '2:3: policy.secret: must be block, warn, ignore; did you mean "warn"?',
    ],
    [
      "an environment that is none",
      '{ "policy": { "secret": {\n  "prodction": "warn"\n} } }',
      '2:3: policy.secret: unknown property "prodction"; did you mean "production"?',
    ],
    [
      "a confidence that is none",
      '{ "policy": { "minConfidence": "hihg" } }',
      '1:15: policy.minConfidence: must be low, medium, high; did you mean "high"?',
    ],
    [
      "an exclusion of everything",
      '{ "exclude": [\n  "vendor/**",\n  "**"\n] }',
      "3:3: exclude[1]: excludes everything, so nothing would be scanned",
    ],
    [
      "an exclusion that is taken back",
      '{ "exclude": ["!src"] }',
      "1:15: exclude[0]: cannot take something back with !: list what is meant",
    ],
    [
      "a number for a schema",
      '{ "$schema": 1 }',
      "1:3: $schema: must be the address of a JSON Schema, not a number",
    ],
  ])("%s", (_, source, complaint) => {
    const message = complaintsAbout(source);
    expect(message).toBe(`keywarden.json:${complaint}`);
    expect(() => assertNoKey(message, [key])).not.toThrow();
  });

  it("is said at once, in the order of the lines", () => {
    const source = '{\n  "exclude": ["/a"],\n  "allow": [{ "path": "a" }],\n  "polcy": {}\n}';
    expect(complaintsAbout(source).split("\n")).toEqual([
      expect.stringMatching(/^keywarden\.json:2:15: exclude\[0\]: /),
      expect.stringMatching(/^keywarden\.json:3:13: allow\[0\]: reason is missing/),
      expect.stringMatching(/^keywarden\.json:4:3: unknown property "polcy"; did you mean "policy"\?$/),
    ]);
  });

  it.each([
    ["an unknown property", String.raw`{ "a\nb": 1 }`, String.raw`:1:3: unknown property "a\nb"`],
    [
      "a property that appears twice",
      String.raw`{ "\u2028": 1, "\u2028": 2 }`,
      String.raw`:1:16: "\u2028" appears`,
    ],
    ["a rule of a provider", String.raw`{ "providers": [{ "\r\nx\u0085": 1 }] }`, String.raw`\u0085`],
    ["a policy", String.raw`{ "policy": { "secret": { "b\u001b[31m\n": "warn" } } }`, "b\\u001b[31m"],
    ["a format", String.raw`{ "allow": [{ "reason": "because", "format": "s\nk" }] }`, "allow[0].format"],
  ])("is one line, whatever %s holds", (_, source, words) => {
    const message = complaintsAbout(source);
    expect(message).toContain(words);
    for (const line of message.split(/[\r\n\u0085\u2028\u2029]/))
      expect(line).toMatch(/^keywarden\.json:1:\d+: \S/);
    expect(message).not.toContain("\u001B");
  });

  it("counts lines and columns behind comments, CR LF and a byte order mark", () => {
    expect(complaintsAbout('\uFEFF// first\r\n/* second\r\n */ { "alow": 1 }')).toBe(
      'keywarden.json:3:7: unknown property "alow"; did you mean "allow"?',
    );
  });
});

describe("whatever a keywarden.json holds", () => {
  // Everything that makes up real files, in every order, so that most documents are nearly right.
  const words =
    "providers allow policy exclude path format finding fingerprint reason owner expires minConfidence secret " +
    "production block warn high sk_live_ 2027-01-31 a/** {a,b ** constructor __proto__ toString id formats body length";
  const odd = ["a\nb", "\r\n", "\u2028", "\u001B[31m", "policy\n"];
  const word = fastCheck.constantFrom(...words.split(" "), ...odd, "0".repeat(64), key.reveal());
  const { document } = fastCheck.letrec<{ document: unknown }>((tie) => ({
    document: fastCheck.oneof(
      { depthSize: "large", withCrossShrink: true },
      word,
      fastCheck.constantFrom(null, true, 0, -1, 1e9, ""),
      fastCheck.array(tie("document"), { maxLength: 3 }),
      fastCheck
        .array(fastCheck.tuple(word, tie("document")), { maxLength: 4 })
        .map((members) => Object.fromEntries(members)),
    ),
  }));

  function isUnderstoodOrRefused(source: string): boolean {
    try {
      return readConfig(source).providers.length >= builtInProviders.length;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      assertNoKey(redactWithin(error.message, builtInProviders), [key]);
      return error.message.split("\n").every((line) => /^keywarden\.json:\d+:\d+: \S/.test(line));
    }
  }

  it("is understood as a whole or refused with a place for every complaint, and no value is quoted", () => {
    fastCheck.assert(
      fastCheck.property(document, (value) => {
        expect(isUnderstoodOrRefused(JSON.stringify(value, null, 1))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("may be cut, doubled or scrambled anywhere", () => {
    const source = `{ "allow": [{ "path": "a/**", "reason": "made here" }], /* x */ "policy": { "secret": "warn" }, }`;
    const place = fastCheck.nat(source.length);
    fastCheck.assert(
      fastCheck.property(place, place, fastCheck.string({ maxLength: 3 }), (from, to, put) => {
        expect(isUnderstoodOrRefused(source.slice(0, from) + put + source.slice(to))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("what a keywarden.json asks of the GitHub App", () => {
  const actionsIn = (source: string) =>
    readLeastActions(source).map(({ kind, environment, action }) => `${kind} ${environment} ${action}`);

  it.each<[string, string, readonly string[]]>([
    ["nothing, where it does not say so", '{ "policy": { "secret": "ignore" } }', []],
    [
      "what each rule says, the strictest where several fit",
      `{ "app": { "atLeast": [
        { "environment": ["sandbox"], "action": "report" },
        { "kind": ["secret"], "environment": ["sandbox", "development"], "action": "ask" }, // both
      ] } }`,
      ["secret sandbox ask", "secret development ask", "restricted sandbox report"],
    ],
    [
      "the same, whatever is wrong with the rest",
      '{ "alow": 1, "app": { "atLeast": [{ "kind": ["restricted"], "environment": ["production"], "action": "ask" }] } }',
      ["restricted production ask"],
    ],
  ])("is %s", (_, source, expected) => {
    expect(actionsIn(source)).toEqual(expected);
  });

  it.each([
    ["an action that would loosen", '{ "app": { "atLeast": [{ "action": "ignore" }] } }'],
    [
      "a key kind that is public by design",
      '{ "app": { "atLeast": [{ "kind": ["publishable"], "action": "ask" }] } }',
    ],
    ["another setting of the App", '{ "app": { "mode": "dry-run" } }'],
    ["something else than an object", "[]"],
    ["half a file", '{ "app": {'],
  ])("is refused with %s", (_, source) => {
    expect(() => readLeastActions(source)).toThrow(ConfigError);
  });
});

describe("a baseline that cannot be trusted is an error", () => {
  const id = "0".repeat(64);
  it.each<[string, readonly string[], string | null, string]>([
    ["without its key", [id], null, ".keywarden/baseline/key is missing"],
    ["with half a key", [id], "abc\n", ".keywarden/baseline/key must hold 64 lower-case hex digits"],
    ["with a key in conflict", [id], `<<<<<<< HEAD\n${id}\n`, "Keep one side's key after a merge"],
    [
      "with a file that is no finding",
      [id, "README.md"],
      id,
      '".keywarden/baseline/README.md" is not a finding id',
    ],
  ])("%s", (_, names, keyText, complaint) => {
    expect(complaintOf(() => readBaseline(names, keyText))).toContain(complaint);
  });

  it("but not one that an editor or a file manager has looked at", () => {
    expect(readBaseline([".DS_Store", "key", id], `${id}\r\n`)).toMatchObject({
      key: id,
      ids: new Set([id]),
    });
    expect(readBaseline([".DS_Store"], null)).toBeNull();
  });
});
