import { describe, expect, it } from "vitest";
import type { ProviderProfile } from "../src/profile.ts";
import { findSurroundings } from "../src/surroundings.ts";
import { profileOf } from "./own-profile.ts";

function withNames(id: string, variables: readonly string[], hosts: readonly string[] = []): ProviderProfile {
  return {
    ...profileOf(id),
    variables: variables.map((name) => ({ name, holds: "key" })),
    hosts: hosts.map((host) => ({ host, purpose: "api", environment: null })),
  };
}

const own = withNames("own-eu", ["OWN_TENANT", "OWN_API_KEY"], ["console.own.test", "api.own.test"]);
const common = withNames("common", ["API_KEY"]);
const example = withNames("example", ["SAMPLE_KEY"]);
const near = (profile: ProviderProfile, names: { variables?: string[]; hosts?: string[] }) =>
  findSurroundings(profile, { providers: [own, common, example], ...names });

describe("a variable near a key", () => {
  it.each([
    "OWN_API_KEY",
    "STAGING_OWN_API_KEY",
    "OWN_API_KEY_2",
    "own-api-key",
    "own.api..key",
    "ownApiKey",
    "stagingOwnApiKey",
    "x2OwnApiKey",
  ])("speaks for who uses it, also as %s", (name) => {
    expect(near(own, { variables: ["PATH", name] })).toEqual([[35, "OWN_API_KEY is nearby"]]);
  });

  it("is looked for in the order in which the provider lists them", () => {
    expect(near(own, { variables: ["OWN_API_KEY", "OWN_TENANT"] })).toEqual([[35, "OWN_TENANT is nearby"]]);
  });

  it.each(["ownapikey", "OWN_API_KEYS", "DISOWN_API_KEY", "OWN_API", "KEY_API_OWN"])(
    "says nothing as a part of another word, as in %s",
    (name) => {
      expect(near(own, { variables: [name] })).toEqual([]);
    },
  );

  it("is read no further than 256 characters", () => {
    const names = [256 - 11, 257 - 11].map((size) => `${"x".repeat(size - 1)}_OWN_API_KEY`);
    expect(names.map((name) => near(own, { variables: [name] }).length)).toEqual([1, 0]);
  });
});

describe("a variable that other names end with", () => {
  it.each([
    ["API_KEY", [[5, "API_KEY is nearby, a common name"]]],
    ["apiKey", [[5, "API_KEY is nearby, a common name"]]],
    ["MY_API_KEY", []],
    ["API_KEY_2", []],
  ])("counts as a whole name alone: %s", (name, expected) => {
    expect(near(common, { variables: [name] })).toEqual(expected);
  });

  it("is one like any other where no provider has such a name", () => {
    expect(findSurroundings(common, { providers: [common], variables: ["MY_API_KEY"] })).toEqual([
      [35, "API_KEY is nearby"],
    ]);
  });
});

describe("a provider's id near a key", () => {
  it.each(["OWN_EU", "ownEuToken", "my-own-eu-token", "x.own.eu"])("speaks for it, as in %s", (name) => {
    expect(near(own, { variables: ["PATH", name] })).toEqual([[25, "a name nearby holds own-eu"]]);
  });

  it.each(["OWN", "OWNEU_TOKEN", "DISOWN_EU"])("says nothing as a part of another word, as in %s", (name) => {
    expect(near(own, { variables: [name] })).toEqual([]);
  });

  it("says nothing where it is a word of placeholders", () => {
    expect(near(example, { variables: ["EXAMPLE_TOKEN"] })).toEqual([]);
    expect(near(example, { variables: ["SAMPLE_KEY"] })).toEqual([[35, "SAMPLE_KEY is nearby"]]);
  });
});

describe("a host near a key", () => {
  it.each(["api.own.test", "API.own.Test", "api.own.test.", "eu.api.own.test"])(
    "speaks for it: %s",
    (host) => {
      expect(near(own, { hosts: ["other.test", host] })).toEqual([[35, "api.own.test is nearby"]]);
    },
  );

  it.each(["own.test", "myapi.own.test", "api.own.test.other.test", "api.own.test..", "xapi.own.testy"])(
    "says nothing where it only looks alike: %s",
    (host) => {
      expect(near(own, { hosts: [host] })).toEqual([]);
    },
  );

  it("counts beside a variable", () => {
    expect(near(own, { hosts: ["console.own.test"], variables: ["OWN_API_KEY"] })).toEqual([
      [35, "OWN_API_KEY is nearby"],
      [35, "console.own.test is nearby"],
    ]);
    expect(near(own, {})).toEqual([]);
  });
});
