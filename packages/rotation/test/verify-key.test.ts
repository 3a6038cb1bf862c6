import { aforo } from "@keywarden/key-format";
import { dialects, type Dialect, type SampleEndpoint } from "@keywarden/management";
import { makeKey, sha256 } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import type { Answered, KeyApi } from "../src/key-api.ts";
import { judgeFailure } from "../src/retry.ts";
import { verifyKey } from "../src/verify-key.ts";

const base = dialects["aforo"];
const [harmless] = base?.samples ?? [];
if (base === undefined || harmless === undefined) throw new Error("Aforo has a dialect and a harmless call");
const dialectOf = (
  samples: readonly SampleEndpoint[],
  sample: { readonly path: string } | undefined,
): Dialect => ({
  ...base,
  samples,
  sample: { ...base.sample, ...sample },
});
const secret = makeKey(aforo, { kind: "secret", environment: "production" }, 41);
const newKey = {
  secret,
  fingerprint: sha256(secret.reveal()),
  id: "key_2",
  kind: "secret",
  permissions: null,
} as const;

const sample = (
  method: "GET" | "POST",
  path: string,
  more: Partial<Pick<SampleEndpoint, "kinds" | "permission">> = {},
): SampleEndpoint => ({
  ...harmless,
  method,
  path,
  status: 200,
  kinds: ["secret"],
  permission: null,
  ...more,
});

/** Verifies a key where only these calls exist; gives what was called, and the result or its error. */
async function verify(
  samples: readonly SampleEndpoint[],
  {
    key = {},
    answers = 200,
    found = { found: true, id: "key_2", state: "active" },
    documented = samples[0],
  }: {
    readonly key?: Partial<Parameters<typeof verifyKey>[0]>;
    readonly answers?: number;
    readonly found?: Answered;
    readonly documented?: SampleEndpoint | undefined;
  } = {},
) {
  const called: string[] = [];
  const dialect = dialectOf(samples, documented);
  const keyApi = {
    lookup: async (_fingerprint: unknown, id: string) => {
      called.push(`lookup ${id}`);
      return found;
    },
  } as unknown as KeyApi;
  const target = {
    baseUrl: "http://127.0.0.1:1",
    dialect,
    fetch: async (url: unknown, init?: RequestInit) => {
      called.push(`${init?.method} ${new URL(String(url)).pathname}`);
      return new Response("{}", { status: answers });
    },
  };
  const result = await verifyKey({ ...newKey, ...key }, target, keyApi).then(
    (verification) => verification.by,
    (error: { code: string; isTransient?: boolean }) => ({
      code: error.code,
      isTransient: error.isTransient,
    }),
  );
  return { called, result };
}

describe("the call with which a new key is tried", () => {
  test.each(["POST", "GET"] as const)(
    "changes nothing, even where the first that is documented is a %s",
    async (method) => {
      const samples = [sample(method, "/charge"), sample("POST", "/refund"), sample("GET", "/balance")];
      const { called, result } = await verify(samples);
      expect(called).toEqual([method === "GET" ? "GET /charge" : "GET /balance"]);
      expect(result).toBe("call");
    },
  );

  test.each([
    { what: "only a POST is there", samples: [sample("POST", "/charge")] },
    { what: "another kind may call", samples: [sample("GET", "/x", { kinds: ["restricted"] })] },
    { what: "the key lacks the right", samples: [sample("GET", "/x", { permission: "admin" })] },
    { what: "there is no call", samples: [] },
  ])("is never made where $what: the provider is asked instead", async ({ samples }) => {
    const { called, result } = await verify(samples, { key: { permissions: ["read"] } });
    expect({ called, result }).toEqual({ called: ["lookup key_2"], result: "lookup" });
  });

  test.each([
    { permissions: null, why: "all rights" },
    { permissions: ["read", "admin"], why: "that right" },
  ])("is made by a key that has $why", async ({ permissions }) => {
    const { called } = await verify([sample("GET", "/x", { permission: "admin" })], { key: { permissions } });
    expect(called).toEqual(["GET /x"]);
  });

  test("needs no right where none is named, and asks for nothing that exists", async () => {
    const { called } = await verify([sample("GET", "/users/{id}")], { key: { permissions: ["read"] } });
    expect(called).toEqual(["GET /users/keywarden-rotation"]);
  });

  test("is the documented one where a key may make several", async () => {
    const samples = [sample("GET", "/first"), sample("GET", "/second")];
    expect((await verify(samples, { documented: samples[1] })).called).toEqual(["GET /second"]);
  });

  test.each([
    [401, true],
    [404, true],
    [429, true],
    [500, true],
    [503, true],
    [400, false],
  ])("answered by %i is no proof; trying again helps: %s", async (answers, isTransient) => {
    const { result } = await verify([sample("GET", "/x")], { answers });
    expect(result).toEqual({ code: "ROTATION_NOT_VERIFIED", isTransient });
  });
});

describe("a key that may not be used from here", () => {
  const refused = { code: "ROTATION_NOT_VERIFIED", isTransient: false };
  test.each([
    [{ found: true, id: "key_2", state: "active" }, "lookup"],
    [{ found: true, id: "key_2", state: "grace" }, refused],
    [{ found: true, id: "key_2", state: "revoked" }, refused],
    [{ found: false }, refused],
    [{ found: null }, refused],
  ] as const)("is looked up: %o", async (found, result) => {
    expect(await verify([sample("GET", "/x")], { answers: 403, found })).toEqual({
      called: ["GET /x", "lookup key_2"],
      result,
    });
  });
});

test("a provider that asks to wait is waited for", async () => {
  const target = {
    baseUrl: "http://127.0.0.1:1",
    dialect: dialectOf([sample("GET", "/balance")], undefined),
    fetch: async () => new Response("{}", { status: 429, headers: { "retry-after": "60" } }),
  };
  const error: unknown = await verifyKey(newKey, target, {} as KeyApi).catch((thrown: unknown) => thrown);
  expect(judgeFailure(error, [])).toMatchObject({ isTransient: true, retryAfterMs: 60_000 });
});
