import { describe, expect, test } from "vitest";
import { makeServer, sampleOf, type TestServer } from "./make-server.ts";

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

describe("Azotte, 403", () => {
  test("a key of no tenant used for a tenant whose name says another environment", async () => {
    await using server = await makeServer();
    const [live, dev] = [
      await server.issue("azotte", "secret", "production"),
      await server.issue("azotte", "secret", "development"),
    ];
    const call = async (token: string, tenant: string) =>
      (await server.call("GET", sampleOf("azotte").url, { token, headers: { "x-tenant-id": tenant } }))
        .statusCode;
    expect([await call(live.text, "tenant_prod_xyz789"), await call(live.text, "tenant_dev_abc123")]).toEqual(
      [200, 403],
    );
    expect([await call(dev.text, "tenant_dev_abc123"), await call(dev.text, "tenant_prod_xyz789")]).toEqual([
      200, 403,
    ]);
    expect(await call(live.text, "says_nothing")).toBe(200);
  });

  test("keys are not managed for a tenant of another environment either", async () => {
    await using server = await makeServer();
    const { text } = await server.issue("azotte", "secret", "development", {
      permissions: ["api_keys:manage", "audit_logs:read"],
    });
    const call = async (url: string, tenant: string) =>
      (await server.call("GET", url, { token: text, headers: { "x-tenant-id": tenant } })).statusCode;
    for (const url of ["/azotte/v1/api-keys", "/azotte/v1/security-events"]) {
      expect([await call(url, "tenant_dev_abc123"), await call(url, "tenant_prod_xyz789")]).toEqual([
        200, 403,
      ]);
    }
  });
});

describe.each([
  ["aforo", "product", "gateway", "billing", { name: "n", environment: "live" }],
  ["aero2", "application_id", "app_one", "app_two", { name: "n", type: "secret" }],
  [
    "azotte",
    "tenant_id",
    "tenant_prod_1",
    "tenant_prod_2",
    { name: "n", type: "secret", environment: "live", permissions: ["api_keys:manage", "bundles:read"] },
  ],
  ["aurora-solar", "tenant_id", "solar_1", "solar_2", standard],
] as const)("%s: a key that belongs to one %s", (provider, word, mine, theirs, body) => {
  const collection = provider === "aforo" ? "/aforo/api/v1/api-keys" : `/${provider}/v1/api-keys`;
  const textOf = (answer: { json: () => unknown }) => {
    const { key, api_key } = answer.json() as { key?: string; api_key?: { token: string } };
    return key ?? api_key?.token ?? "";
  };
  const make = (server: TestServer, owner: string | undefined, more: object = {}, token?: string) =>
    server.call("POST", collection, {
      body: { ...body, ...(owner !== undefined && { [word]: owner }), ...more },
      ...(token !== undefined && { token }),
    });

  test("sees, rotates, revokes and looks up the keys of that one and of no other", async () => {
    await using server = await makeServer();
    const own = textOf(await make(server, mine));
    for (const owner of [theirs, undefined]) {
      // So that the list has them in this order.
      server.clock.advance(1);
      await make(server, owner);
    }
    const ids = (await server.storage.keys.listKeys()).keys.map(({ id }) => id);
    const asOwn = (method: "GET" | "POST" | "DELETE", path: string, sent?: object) =>
      server.call(method, `${collection}${path}`, { token: own, ...(sent !== undefined && { body: sent }) });

    const listed = await asOwn("GET", "");
    expect(ids.map((id) => listed.body.includes(id))).toEqual([true, false, false]);
    for (const id of ids.slice(1)) {
      const { secret } = (await server.storage.keys.getKey(id)) ?? {};
      const statuses = [
        await asOwn("GET", `/${id}`),
        await asOwn("POST", `/${id}/rotate`),
        await asOwn("DELETE", `/${id}`),
      ].map(({ statusCode }) => statusCode);
      expect(statuses).toEqual([404, 404, 404]);
      expect((await asOwn("POST", "/lookup", { sha256: secret?.sha256 })).body).not.toContain(id);
      expect(await server.storage.keys.getKey(id)).toMatchObject({ state: "active", generation: 1 });
    }
    const shown = await asOwn("GET", `/${ids[0] ?? ""}`);
    expect([shown.statusCode, shown.headers["etag"]]).toEqual([200, '"1"']);
    expect(shown.body).toContain(`"${word}":"${mine}"`);
  });

  test("makes keys of that one only, and none that belongs to nobody", async () => {
    await using server = await makeServer();
    const own = textOf(await make(server, mine));
    const more = provider === "aurora-solar" ? { type: "restricted" } : {};
    expect((await make(server, theirs, more, own)).statusCode).toBe(403);
    expect((await make(server, undefined, more, own)).statusCode).toBe(201);
    const { keys } = await server.storage.keys.listKeys();
    expect(keys).toHaveLength(2);
    for (const { id } of keys) {
      const shown = await server.call("GET", `${collection}/${id}`, { token: own });
      expect(shown.body).toContain(`"${word}":"${mine}"`);
    }
  });
});

describe("Aurora Solar", () => {
  test("a restricted key with project tags sees the projects that share one, and says its version of the API", async () => {
    await using server = await makeServer();
    const make = async (more: object) => {
      const made = await server.call("POST", "/aurora-solar/v1/api-keys", {
        body: {
          name: "partner",
          type: "restricted",
          environment: "production",
          actions: ["list_projects", "retrieve_project"],
          ...more,
        },
      });
      expect(made.json()).toMatchObject({ api_key: { api_version: "2022.09" } });
      return made.json<{ api_key: { token: string } }>().api_key.token;
    };
    const [all, some] = [await make({}), await make({ project_tags: ["commercial"] })];
    const projects = async (token: string) =>
      (await server.call("GET", "/aurora-solar/v1/projects", { token }))
        .json<{ projects: { id: string }[] }>()
        .projects.map(({ id }) => id);
    const retrieve = async (token: string, id: string) =>
      (await server.call("GET", `/aurora-solar/v1/projects/${id}`, { token })).statusCode;

    expect([await projects(all), await projects(some)]).toEqual([
      ["project_home", "project_plant"],
      ["project_plant"],
    ]);
    expect([await retrieve(all, "project_home"), await retrieve(some, "project_home")]).toEqual([200, 403]);
    expect(await retrieve(some, "project_plant")).toBe(200);
  });
});

describe("400", () => {
  test.each([
    ["aforo", { referrers: ["https://a.example"] }, "referrers"],
    ["aero2", { product: "p" }, "product"],
    ["aforo", { ipRanges: ["010.0.0.1"] }, "restrictions.ipRanges.0"],
    ["example", { referrers: ["https://a.example/path"] }, "restrictions.referrers.0"],
    ["example", { endpoints: ["get /v1"] }, "restrictions.endpoints.0"],
    ["aforo", { rateLimits: [{ requests: 0, windowSeconds: 1 }] }, "restrictions.rateLimits.0.requests"],
    ["example", { endpoints: ["GET /v1/**/x"] }, "matches no request"],
    ["example", { endpoints: ["GET /v1/../x"] }, "matches no request"],
    ["example", { referrers: ["https://*.a.example"] }, "name each origin"],
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
