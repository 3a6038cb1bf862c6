import { describe, expect, test } from "vitest";
import { makeServer, sampleOf } from "./make-server.ts";

const standard = { name: "main", type: "standard", environment: "production" };

describe("Aurora Solar, 409", () => {
  test("a tenant has exactly one standard key in each environment, also when many ask at once", async () => {
    await using server = await makeServer();
    const make = (body: object) =>
      server.call("POST", "/aurora-solar/v1/api-keys", { body: { ...standard, ...body } });

    const statuses = (await Promise.all(Array.from({ length: 8 }, () => make({ tenant_id: "solar_1" })))).map(
      ({ statusCode }) => statusCode,
    );
    expect(statuses.toSorted((left, right) => left - right)).toEqual([201, ...Array<number>(7).fill(409)]);
    expect((await make({ tenant_id: "solar_2" })).statusCode).toBe(201);
    expect((await make({ tenant_id: "solar_1", environment: "sandbox" })).statusCode).toBe(201);
    for (let index = 0; index < 3; index += 1)
      expect((await make({ tenant_id: "solar_1", type: "restricted" })).statusCode).toBe(201);
    const refused = await make({ tenant_id: "solar_1" });
    expect(refused.json()).toMatchObject({ errors: [{ code: "key_exists" }] });
    expect(refused.body).toContain("rotate it");
  });

  test("a revoked one makes room for the next", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("aurora-solar", "secret", "production");
    expect((await server.call("POST", "/aurora-solar/v1/api-keys", { body: standard })).statusCode).toBe(409);
    await server.call("POST", `/v1/keys/${key.id}/revoke`);
    expect((await server.call("POST", "/aurora-solar/v1/api-keys", { body: standard })).statusCode).toBe(201);
  });
});

describe("Azotte", () => {
  test("400: a tenant of the other environment", async () => {
    await using server = await makeServer();
    const response = await server.call("POST", "/azotte/v1/api-keys", {
      body: { name: "n", type: "secret", environment: "dev", tenant_id: "tenant_prod_xyz789" },
    });
    expect([response.statusCode, response.body]).toEqual([400, expect.stringContaining("tenant_dev_")]);
  });

  test("403: the key of one tenant used for another", async () => {
    await using server = await makeServer();
    const made = await server.call("POST", "/azotte/v1/api-keys", {
      body: { name: "n", type: "secret", environment: "live", tenant_id: "tenant_prod_xyz789" },
    });
    const token = made.json<{ key: string }>().key;
    const call = (tenant: string) =>
      server.call("GET", sampleOf("azotte").url, { token, headers: { "x-tenant-id": tenant } });
    expect((await call("tenant_prod_xyz789")).statusCode).toBe(200);
    expect((await call("tenant_prod_other")).statusCode).toBe(403);
  });
});

describe("400", () => {
  test.each([
    ["aforo", { referrers: ["https://a.example"] }, "referrers"],
    ["aero2", { tenant: "t" }, "tenant"],
    ["aforo", { ipRanges: ["010.0.0.1"] }, "restrictions.ipRanges.0"],
    ["example", { referrers: ["https://a.example/path"] }, "restrictions.referrers.0"],
    ["example", { endpoints: ["get /v1"] }, "restrictions.endpoints.0"],
    ["aforo", { rateLimits: [{ requests: 0, windowSeconds: 1 }] }, "restrictions.rateLimits.0.requests"],
  ])("%s cannot be restricted by %j", async (provider, restrictions, named) => {
    await using server = await makeServer();
    const response = await server.call("POST", "/v1/keys", {
      body: { provider, name: "n", kind: "secret", environment: "production", restrictions },
    });
    expect([response.statusCode, response.body]).toEqual([400, expect.stringContaining(named)]);
  });
});

test("where storage is shared, a revoke that another process wrote ends the key at the next request", async () => {
  for (const sharesStorage of [true, false]) {
    await using server = await makeServer({ sharesStorage });
    const { key, text } = await server.issue("aforo", "secret", "production");
    const call = async () => (await server.call("GET", sampleOf("aforo").url, { token: text })).statusCode;
    expect(await call()).toBe(200);
    // Past the server's own services, as another process would.
    await server.storage.keys.revokeKey({
      id: key.id,
      audit: { action: "key.revoked", actor: "elsewhere", details: {} },
    });
    expect(await call()).toBe(sharesStorage ? 401 : 200);
  }
});
