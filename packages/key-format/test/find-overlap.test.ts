import { catalogueProviders, defineProvider, findOverlap, providersOf } from "@keywarden/key-format";
import type { ManagedProvider, ProviderProfile } from "@keywarden/key-format";
import { describe, expect, it } from "vitest";

function define(members: Readonly<Record<string, unknown>>): ManagedProvider {
  const definition = defineProvider({ id: "acme", ...members });
  if (!definition.ok) throw new Error(JSON.stringify(definition.problems));
  return definition.provider;
}
const withPattern = (pattern: string, more: Readonly<Record<string, unknown>> = {}): ManagedProvider =>
  define({ patterns: [{ id: "token", kind: "secret", pattern, ...more }] });
const withPrefix = (prefix: string, alphabet: string, length: unknown): ManagedProvider =>
  define({ formats: [{ prefix, kind: "secret", environment: "production", body: { alphabet, length } }] });
const all: readonly ProviderProfile[] = providersOf([]).providers;

describe("text that two providers' keys can be", () => {
  it.each<[what: string, provider: ManagedProvider, id: string]>([
    ["the same pattern", withPattern("ghp_{base62:36}"), "github/classic-pat"],
    ["a wider class", withPattern("glpat-{dotted:20}"), "gitlab/personal-token"],
    ["a range that holds the length", withPattern("ghp_{word:30-40}"), "github/classic-pat"],
    ["a run where the other has a literal", withPattern("dop_{word:67}"), "digitalocean/personal-token"],
    ["several parts as one", withPattern("SG.{dotted:66}"), "sendgrid/api-key"],
    ["a prefix and a body", withPrefix("ghp_", "base62", 36), "github/classic-pat"],
    ["a pattern over a prefix of several providers", withPattern("sk_live_{base62:24-60}"), "sk_live_"],
    [
      "a name that both stand beside",
      withPattern("{base64:40}", { beside: ["AWS_SECRET_KEY"] }),
      "aws/secret-access-key",
    ],
  ])("is found: %s", (_, provider, id) => {
    expect(findOverlap(provider, all)?.id).toBe(id);
  });

  it.each<[what: string, provider: ManagedProvider]>([
    ["another prefix", withPattern("acme-{base62:36}")],
    ["the same prefix and another length", withPattern("ghp_{base62:20}")],
    ["the same prefix and characters of which the other has none", withPattern("ghp_{hex:20}-{hex:20}")],
    ["another name beside", withPattern("{base64:40}", { beside: ["ACME_SECRET"] })],
    ["prefixes that are ranked", withPrefix("sk_live_", "base62", { min: 24, max: 60 })],
  ])("is none: %s", (_, provider) => {
    expect(findOverlap(provider, all)).toBeNull();
  });

  it("is found within a provider where one of the two sorts is secret and the other is not", () => {
    const pair = (one: string, other: string, pattern = "acme-{base62:40}"): ManagedProvider =>
      define({
        patterns: [
          { id: "one", kind: one, pattern: "acme-{hex:40}" },
          { id: "two", kind: other, pattern },
        ],
      });
    for (const kind of ["publishable", "identifier"]) {
      const found = { path: "$.patterns[1].pattern", id: "acme/one" };
      expect(findOverlap(pair(kind, "secret"), all)).toMatchObject(found);
      expect(findOverlap(pair("restricted", kind), all)).toMatchObject(found);
    }
    expect(findOverlap(pair("secret", "restricted"), all)).toBeNull();
    expect(findOverlap(pair("publishable", "secret", "acme-{base62:30}"), all)).toBeNull();
  });

  it("is told at the part that it concerns", () => {
    const provider = define({
      patterns: [
        { id: "one", kind: "secret", pattern: "acme-{base62:30}" },
        { id: "two", kind: "secret", pattern: "npm_{base62:36}" },
      ],
    });
    expect(findOverlap(provider, all)).toMatchObject({ path: "$.patterns[1].pattern", name: "access token" });
  });

  it("is walked once for each pair of places, however long the runs are", () => {
    const wide = withPattern("eyJ{base64url:14-8000}.eyJ{base64url:8}");
    expect(findOverlap(wide, catalogueProviders)).toBeNull();
  });
});
