import { describe, expect, test } from "vitest";
import { makeServer, type TestServer } from "./make-server.ts";

interface Verdict {
  readonly valid: boolean;
  readonly code?: string;
  readonly key: Record<string, unknown> | null;
  readonly answer?: { readonly status: number };
}

async function verify(server: TestServer, body: object): Promise<Verdict> {
  return (await server.call("POST", "/v1/keys/verify", { body })).json<Verdict>();
}

describe("a key that belongs to somebody", () => {
  test.each([
    ["azotte", "secret", { tenant: "tenant_prod_1" }, "tenant", { tenant: "tenant_prod_2" }],
    ["aero2", "secret", { tenant: "app_1" }, "tenant", { application: "app_2" }],
    ["aforo", "secret", { product: "p1" }, "product", { product: "p2" }],
    ["aurora-solar", "restricted", { projectTags: ["home"] }, "project", { projectTags: ["plant"] }],
  ] as const)(
    "of %s (%s, %j) is refused where the request does not say for which one it is",
    async (provider, kind, restrictions, word, other) => {
      await using server = await makeServer();
      const permissions = kind === "restricted" ? { permissions: ["list_projects"] } : {};
      const { text: key } = await server.issue(provider, kind, "production", {
        restrictions,
        ...permissions,
      });
      expect(await verify(server, { key })).toMatchObject({
        valid: false,
        code: `${word}-not-named`,
        answer: { status: 403 },
      });
      expect(await verify(server, { key, ...other })).toMatchObject({
        valid: false,
        code: `${word}-not-allowed`,
      });
      expect(await verify(server, { key, ...restrictions })).toMatchObject({
        valid: true,
        key: restrictions,
      });
      const unchecked = ["tenant", "product", "projectTags"];
      expect(await verify(server, { key, unchecked })).toMatchObject({ valid: true, key: restrictions });
    },
  );

  test("is told with all that is known of whose it is, to a verifier too", async () => {
    await using server = await makeServer();
    const { text: key } = await server.issue("aero2", "secret", "production", {
      owner: "ann",
      tags: ["env:production"],
      metadata: { plan: "gold" },
      expiresAt: "2027-01-01T00:00:00.000Z",
      restrictions: { tenant: "app_1" },
    });
    const token = await server.tokenFor("verifier");
    const answer = await server.call("POST", "/v1/keys/verify", {
      token,
      body: { key, application: "app_1" },
    });
    expect(answer.json<Verdict>().key).toMatchObject({
      owner: "ann",
      tags: ["env:production"],
      metadata: { plan: "gold" },
      expiresAt: "2027-01-01T00:00:00.000Z",
      tenant: "app_1",
      application: "app_1",
      product: null,
      projectTags: null,
    });
  });
});

describe("an address", () => {
  test.each(["10.1.2.3", "10.1.2.3:443", "[::ffff:10.1.2.3]:443"])("%s is understood", async (ip) => {
    await using server = await makeServer();
    const restrictions = { ipRanges: ["10.0.0.0/8"] };
    const { text: key } = await server.issue("example", "secret", "production", { restrictions });
    expect(await verify(server, { key, ip })).toMatchObject({ valid: true });
    expect(await verify(server, { key, ip: "192.0.2.1:443" })).toMatchObject({ code: "ip-not-allowed" });
  });

  test("that is none is 400, never a quiet no", async () => {
    await using server = await makeServer();
    const { text: key } = await server.issue("example", "secret", "production");
    const answer = await server.call("POST", "/v1/keys/verify", { body: { key, ip: "010.1.2.3" } });
    expect([answer.statusCode, answer.json<{ problems: object[] }>().problems]).toMatchObject([
      400,
      [{ path: "ip" }],
    ]);
  });
});

describe("several keys in one request", () => {
  test("are answered in their order, and share a key's limits as they would one by one", async () => {
    await using server = await makeServer();
    const restrictions = { rateLimits: [{ requests: 2, windowSeconds: 60 }] };
    const { text: key } = await server.issue("example", "secret", "production", { restrictions });
    const answer = await server.call("POST", "/v1/keys/verify", {
      body: [{ key }, { key: "x" }, { key }, { key }],
    });
    expect(answer.json<Verdict[]>().map(({ valid, code }) => code ?? valid)).toEqual([
      true,
      "malformed-key",
      true,
      "rate-limited",
    ]);
    expect((await server.call("POST", "/v1/keys/verify", { body: [] })).statusCode).toBe(400);
    const many = Array.from({ length: 101 }, () => ({ key }));
    expect((await server.call("POST", "/v1/keys/verify", { body: many })).statusCode).toBe(400);
  });
});
