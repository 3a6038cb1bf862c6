import { describe, expect, it } from "vitest";
import { endpointFor } from "../src/endpoint-for.ts";
import { findFormat } from "../src/find-format.ts";
import type { ProviderProfile } from "../src/profile.ts";
import { Secret } from "../src/redaction/secret.ts";
import { formatOf, profileOf } from "./own-profile.ts";

const live = { ...formatOf({ prefix: "own_live_" }), label: "live" };
const test = { ...formatOf({ prefix: "own_test_" }), environment: "sandbox", label: "test" } as const;
const shown = { ...formatOf({ prefix: "pub_test_" }), kind: "publishable", environment: "sandbox" } as const;

const provider: ProviderProfile = {
  ...profileOf("own", live, test, shown),
  hosts: [
    { host: "ingest.own.test", purpose: "ingest", environment: "production" },
    { host: "ingest-sandbox.own.test", purpose: "ingest", environment: "sandbox" },
    { host: "any.own.test", purpose: "api", environment: null },
    { host: "api.own.test", purpose: "api", environment: "production" },
    { host: "manage.own.test", purpose: "management", environment: "production" },
    { host: "console.own.test", purpose: "console", environment: "sandbox" },
  ],
};

describe("a key may be sent", () => {
  it.each([
    ["own_live_a", "secret", "production", "ingest.own.test", "api.own.test", "manage.own.test"],
    ["own_test_a", "secret", "sandbox", "ingest-sandbox.own.test", "any.own.test", null],
    ["pub_test_a", "publishable", "sandbox", "ingest-sandbox.own.test", "any.own.test", null],
  ])("to a host of its own environment, or one that serves all: %s", (text, kind, environment, ...hosts) => {
    const [ingest, api, management] = hosts;
    const expected = { ok: true, environment, kind, ingest, api, management };
    expect(endpointFor(text, provider)).toEqual(expected);
    expect(endpointFor(new Secret(text), provider)).toEqual(expected);
    expect(endpointFor(`secret-token:${text}`, provider)).toEqual(expected);
  });

  it.each([
    ["", "empty", "the text is empty"],
    [" own_live_a", "surrounding-whitespace", "white space before or after the key"],
    ["any_live_a", "unknown-prefix", "keys of OWN start with own_live_, own_test_, pub_test_"],
    ["own_live_", "no-body", "nothing follows the prefix own_live_"],
  ])("nowhere, if it is none of its provider: %j", (text, reason, message) => {
    expect(endpointFor(text, provider)).toEqual({ ok: false, reason, message });
  });
});

describe("a format of a provider", () => {
  it.each([
    [{ kind: "secret" }, live],
    [{ kind: "secret", environment: "sandbox" }, test],
    [{ kind: "secret", label: "test" }, test],
    [{ kind: "secret", environment: "sandbox", label: "test" }, test],
    [{ kind: "publishable" }, shown],
    [{ kind: "secret", environment: "production", label: "test" }, undefined],
    [{ kind: "secret", environment: "development" }, undefined],
    [{ kind: "restricted" }, undefined],
  ] as const)("is the first that is all that is asked for: %j", (wanted, format) => {
    expect(findFormat(provider, wanted)).toBe(format);
  });
});
