import { createHash } from "node:crypto";
import {
  catalogueProviders,
  defineProvider,
  isLiteral,
  type KeyPattern,
  providersOf,
} from "@keywarden/key-format";
import { makeScanner } from "@keywarden/scan";
import { makePatternKey, writePatternKey, sha256 } from "@keywarden/testing";
import { describe, expect, test } from "vitest";

const scanner = makeScanner({ providers: providersOf([]).providers, sha256, isThorough: true });

const spellings = catalogueProviders.flatMap((provider) =>
  (provider.patterns ?? []).flatMap((pattern) =>
    pattern.variants.map((variant, index) => ({
      provider,
      pattern,
      variant,
      name: `${provider.id}/${pattern.id} ${index}`,
    })),
  ),
);

const isUnled = ({ beside, services }: KeyPattern): boolean => beside === undefined && services === undefined;

describe("the catalogue", () => {
  test.each(spellings)("finds $name exactly", ({ provider, pattern, variant }) => {
    for (const size of ["min", "max"] as const) {
      const key = makePatternKey(pattern, variant, 11, size);
      const text = `# settings\n${writePatternKey(pattern, key)}\n`;
      const found = scanner.scanText(text);
      expect(found.map((match) => match.secret.reveal())).toContain(key);
      const match = found.find(({ secret }) => secret.reveal() === key);
      expect(match?.candidates).toContain(provider.id);
      expect(match?.line).toBe(["aws-key-id", "identifier"].includes(pattern.around ?? "") ? 3 : 2);
    }
  });

  test("sees no key of letters and digits in base64, and one beside a slash or a plus sign", () => {
    const bare = spellings.filter(
      ({ pattern, variant }) =>
        isUnled(pattern) && /^[0-9A-Za-z]+$/.test(makePatternKey(pattern, variant, 11)),
    );
    expect(bare.length).toBeGreaterThan(5);
    const line = "Ab1".repeat(10);
    for (const { pattern, variant, name } of bare) {
      const key = makePatternKey(pattern, variant, 11);
      const isProven = pattern.checksum !== undefined;
      const found = (text: string): boolean =>
        scanner.scanText(text).some(({ secret }) => secret.reveal() === key);
      expect([name, found(` ${line}/${key}\n ${line}\n`)]).toEqual([name, isProven]);
      expect([name, found(` ${key}+${line}\n`)]).toEqual([name, isProven]);
      expect([name, found(`https://example.com/keys/${key}/edit`)]).toEqual([name, true]);
      expect([name, found(`a+${key}`)]).toEqual([name, true]);
    }
  });

  test("is found by a thorough scan wherever base64 began before the key, and by any where it begins", () => {
    const quick = makeScanner({ providers: scanner.providers, sha256 });
    const read = spellings.filter(
      ({ pattern, variant }) =>
        isUnled(pattern) &&
        pattern.structure === undefined &&
        variant.anchor === 0 &&
        variant.prefix.length >= 4 &&
        variant.max <= 200,
    );
    expect(read.length).toBeGreaterThan(100);
    for (const { pattern, variant, name } of read) {
      const key = makePatternKey(pattern, variant, 11);
      const isFound = (one: typeof scanner, front: string): boolean =>
        one
          .scanText(`value ${Buffer.from(`${front}${key}\n`).toString("base64")}\n`)
          .some(({ secret }) => secret.reveal() === key);
      expect([name, isFound(quick, "")]).toEqual([name, true]);
      const fronts = ["", "=", ':"', "user:"].filter((front) => !isFound(scanner, front));
      expect([name, fronts]).toEqual([name, []]);
    }
  });

  test("has a literal or a name that leads to every spelling", () => {
    const lost = spellings.filter(
      ({ pattern, variant }) => isUnled(pattern) && !variant.parts.some(isLiteral),
    );
    expect(lost.map(({ name }) => name)).toEqual([]);
  });
});

test("finds keys of several parts of a user's own provider, in place of the catalogue's", () => {
  const definition = defineProvider({
    id: "github",
    patterns: [{ id: "own", kind: "secret", pattern: "acme-{base62:20}.{hex:40}" }],
  });
  if (!definition.ok) throw new Error(JSON.stringify(definition.problems));
  const [pattern] = definition.provider.patterns ?? [];
  const [variant] = pattern?.variants ?? [];
  if (pattern === undefined || variant === undefined) throw new Error("no pattern was read");
  const key = makePatternKey(pattern, variant, 5);
  const own = makeScanner({ providers: providersOf([definition.provider]).providers, sha256 });
  expect(own.scanText(`token: ${key}`)).toMatchObject([
    { provider: "github", format: "github/own", confidence: "high" },
  ]);
});

test("takes a format's picture for a placeholder, though each of its parts is short", () => {
  const picture = "A3-XXXXXX-XXXXXXXXXXX-XXXXX-XXXXX-XXXXX";
  expect(scanner.scanText(`secret key: ${picture}`)).toMatchObject([{ verdict: "placeholder" }]);
});

test("finds the address of a Slack workflow, which is longer than that of a webhook", () => {
  const url = `https://hooks.slack.com/${["workflows", "T016M3G1GHZ", "A04J3BAF7AA", "4426602".repeat(2), "f6vM03reCkhPmwBtaqbN6OW9"].join("/")}`;
  expect(scanner.scanText(`url: ${url}`)).toMatchObject([
    { format: "slack/webhook-url", confidence: "high" },
  ]);
});

test("tells a client secret of Entra by the sign in its middle, without a name beside it", () => {
  const secret = ["QtT", "8Q~", "9C-_Ij~RouHVpD2Tuf3oHWGh.DQ3kcjbAn"].join("");
  for (const text of [secret, `(${secret})`, `"the_value": "${secret}"`]) {
    expect(scanner.scanText(text)).toMatchObject([
      { format: "azure/entra-client-secret", confidence: "high" },
    ]);
  }
  expect(scanner.scanText("~".repeat(60))).toEqual([]);
});

// `whsec_` and 32 characters are a webhook's secret of Stripe and of everyone who follows Standard Webhooks.
describe("one text that two providers write", () => {
  const random = "b8Kd02mVtQz7LrXw";
  const webhook = ["whsec", `${random}9Hn5PcE3sYg1UfJa`].join("_");

  test("is nobody's where nothing beside it tells whose it is", () => {
    for (const name of ["SOME_SECRET", "CLERK_WEBHOOK_SECRET"]) {
      expect(scanner.scanText(`${name}=${webhook}`)).toMatchObject([
        { provider: null, candidates: ["stripe", "any-provider"], verdict: "key" },
      ]);
    }
  });

  test("is the one's that its own line names, whoever is named nearby", () => {
    const names = "VERCEL_TEAM=a\nSTRIPE_WEBHOOK_SECRET=";
    expect(scanner.scanText(`${names}${webhook}`)).toMatchObject([{ provider: "stripe" }]);
    const alike = ["sk_live_a2V5Xz", "d".repeat(3), random.repeat(4), "qT"].join("");
    const [found] = scanner.scanText(`HIGHNOTE_URL=x\nWORKOS_API_KEY=${alike}`);
    expect(found).toMatchObject({ provider: "workos", candidates: ["workos", "highnote"] });
  });

  test("is the one's whose pattern says more of it: a token of Azure DevOps is an annotated key of Azure", () => {
    const annotated = [random.repeat(4).slice(0, 52), "JQQJ99", "BDACAAAAAAAAAAAAAASA"].join("");
    const token = `${annotated.slice(0, 76)}AZDO${random.slice(0, 4)}`;
    expect(scanner.scanText(`PAT=${token}`)).toMatchObject([
      { provider: "azure-devops", candidates: ["azure-devops", "azure"] },
    ]);
  });
});

test("takes no key of Azure for a placeholder because of what Azure writes into it", () => {
  const key = [
    "4Vq9Zt0bXkR7mYc2LwHs8PdN5gJf3TuEa6KiQo1yAxCrDvBeGnMh",
    "JQQJ99BDACAAAAAAAAAA",
    "AAAAAXPCb7Xk",
  ];
  expect(scanner.scanText(`KEY_1="${key.join("")}"`)).toMatchObject([
    { format: "azure/annotated-key", verdict: "key" },
  ]);
});

test.each([
  ["JSON", (value: string) => `{"name": "TWILIO_AUTH_TOKEN", "value": "${value}"}`],
  ["indented JSON", (value: string) => `{\n  "name": "TWILIO_AUTH_TOKEN",\n  "value": "${value}"\n}`],
  ["YAML", (value: string) => `- name: TWILIO_AUTH_TOKEN\n  value: ${value}\n`],
])("finds a key beside its name in a list of variables of %s", (_, write) => {
  const value = createHash("md5").update("a value").digest("hex");
  expect(scanner.scanText(write(value))).toMatchObject([{ format: "twilio/auth-token" }]);
});

describe("keys in the forms that public code shows, where rules of other scanners know a part of them only", () => {
  const base64url = createHash("sha256").update("a key").digest("base64url");
  const letters = base64url.replaceAll(/[^A-Za-z0-9]/g, "") + createHash("md5").update("a key").digest("hex");
  const hex = createHash("md5").update("a key").digest("hex");
  test.each([
    ["onfido/api-token", `api_live_us.${base64url.slice(0, 11)}.${letters.slice(0, 32)}`],
    ["nylas/api-key", `nyk_v0_${letters.slice(0, 64)}`],
    ["tavily/api-key", `tvly-prod-${letters.slice(0, 32)}`],
    ["midtrans/server-key", `SB-Mid-server-${letters.slice(0, 3)}-${letters.slice(3, 23)}`],
    ["flutterwave/secret-key", `FLWSECK-${hex}-19c237bb6f9vt-X`],
    ["cartesia/api-key", `sk_car_${letters.slice(0, 22)}`],
  ])("%s", (format, key) => {
    const [found] = scanner.scanText(`KEY=${key}\n`);
    expect([found?.format, found?.secret.reveal() === key]).toEqual([format, true]);
  });
});
