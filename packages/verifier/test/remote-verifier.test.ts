import { Secret } from "@keywarden/key-format";
import { sha256 } from "@keywarden/testing";
import { makeRemoteVerifier, type VerifyRequest } from "@keywarden/verifier";
import { describe, expect, test } from "vitest";

const key = {
  id: "key_1",
  provider: "example",
  name: "billing",
  kind: "secret",
  environment: "production",
  label: "live",
  owner: null,
  tags: [],
  permissions: null,
  metadata: {},
};
const rateLimits = [{ requests: 10, windowSeconds: 60, remaining: 9, resetSeconds: 60 }];
const answer = { status: 401, code: "INVALID_TOKEN", message: "no", headers: {} };

/** A verifier whose key server answers this; gives what it was asked. */
function makeRig(body: unknown, status = 200) {
  const asked: { readonly method: string | undefined; readonly path: string; readonly body: unknown }[] = [];
  const verifier = makeRemoteVerifier({
    baseUrl: "http://127.0.0.1:1",
    token: new Secret("kwt_test"),
    fetch: async (url, init) => {
      asked.push({
        method: init?.method,
        path: new URL(url instanceof Request ? url.url : url).pathname,
        body: typeof init?.body === "string" ? (JSON.parse(init.body) as unknown) : init?.body,
      });
      return Response.json(body, { status });
    },
  });
  return { asked, verify: (request: Partial<VerifyRequest>) => verifier.verify({ ip: null, ...request }) };
}

describe("a verifier that asks a key server", () => {
  test("sends the digest and never the text, and all that is known of the request", async () => {
    const { asked, verify } = makeRig({ valid: true, key, rateLimits });
    const known = { method: "GET", path: "/v1/things", tenant: "acme", kinds: ["secret"], cost: 2 } as const;
    const sent = { ip: "10.1.2.3", referrer: "https://app.example/", permission: "read" };
    expect(await verify({ text: "secret-token:abc", ...known, ...sent })).toMatchObject({
      ok: true,
      key: { id: "key_1", name: "billing" },
      rateLimits,
    });
    const body = { ...known, ...sent, sha256: sha256("abc") };
    expect(asked).toEqual([{ method: "POST", path: "/v1/keys/verify", body }]);
  });

  test.each([
    { ip: null, referrer: null, permission: null },
    { ip: null, referrer: undefined, permission: undefined },
  ])("leaves out what is not known: %o", async (unknown) => {
    const { asked, verify } = makeRig({ valid: true, key, rateLimits });
    await verify({ sha256: "a".repeat(64), ...unknown });
    expect(asked.map(({ body }) => body)).toEqual([{ sha256: "a".repeat(64) }]);
  });

  test("asks nobody about a request without a key", async () => {
    const { asked, verify } = makeRig({});
    expect(await verify({ text: "" })).toEqual({ ok: false, code: "missing-key", key: null, rateLimits: [] });
    expect(asked).toEqual([]);
  });

  test.each([{}, { retryAfterSeconds: 7 }])("hands on a refusal as it is, with %o", async (more) => {
    const { verify } = makeRig({ valid: false, code: "key-revoked", key, rateLimits, answer, ...more });
    const verdict = await verify({ text: "abc" });
    expect(verdict).toEqual({
      ok: false,
      code: "key-revoked",
      key: expect.objectContaining({ id: "key_1" }),
      rateLimits,
      ...more,
    });
    expect("retryAfterSeconds" in verdict).toBe("retryAfterSeconds" in more);
  });

  test.each([
    ["another status", { valid: true, key, rateLimits }, 201],
    ["a refused token", { code: "UNAUTHENTICATED" }, 401],
    ["something else", { valid: "yes" }, 200],
    ["both", { valid: "yes" }, 500],
  ])("lets nobody in by %s", async (_, body, status) => {
    await expect(makeRig(body, status).verify({ text: "abc" })).rejects.toMatchObject({
      code: "MANAGEMENT_BAD_ANSWER",
      status,
      message: `127.0.0.1:1 answered ${status} to a verification; check the token and the address`,
    });
  });
});
