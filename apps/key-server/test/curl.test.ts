import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { makeTemporaryDirectory, sha256 } from "@keywarden/testing";
import { builtProgram } from "@keywarden/testing/built-program";
import { startKeyServer, type KeyServerProgram } from "@keywarden/testing/programs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { curl, has } from "./curl.ts";
import { ownProvider } from "./own-provider.ts";

const file = builtProgram("key-server");
const documentation = new URL("../../../docs/lost-answers.md", import.meta.url);
const directory = makeTemporaryDirectory();
let server: KeyServerProgram;

beforeAll(async () => {
  const providers = join(directory.path, "providers.json");
  const { publishedExamples: _examples, ...definition } = ownProvider;
  writeFileSync(providers, JSON.stringify([definition]));
  const data = join(directory.path, "data");
  server = await startKeyServer({
    file,
    directory: data,
    env: process.env,
    args: ["--providers", providers],
  });
});
afterAll(async () => {
  await server.program.stop();
  directory.remove();
});

const at = (path: string) => `${server.url}${path}`;
const admin = () => server.token.reveal();

describe.skipIf(!has("curl"))("with curl and nothing but the provider's document", () => {
  test("Aforo: create with the old key, use both, delete the old one with the new; the old one ends at once", async () => {
    const keys = at("/aforo/api/v1/api-keys");
    const first = await curl(keys, {
      method: "POST",
      key: admin(),
      body: { name: "prod-key-v1", environment: "live" },
    });
    const { key: oldKey, id: oldId } = first.body as { key: string; id: string };
    const created = await curl(keys, {
      method: "POST",
      key: oldKey,
      body: { name: "prod-key-v2", environment: "live" },
    });
    expect([created.status, Object.keys(created.body as object)]).toEqual([201, ["key", "id"]]);
    const { key: newKey } = created.body as { key: string };
    expect(newKey).toMatch(/^sk_live_[0-9A-Za-z]{40}$/);
    const event = {
      customerId: "cust_abc123",
      metricId: "api_calls",
      quantity: 1,
      timestamp: "2026-04-18T10:00:00Z",
    };
    for (const key of [oldKey, newKey]) {
      expect((await curl(at("/aforo/v1/events"), { method: "POST", key, body: event })).status).toBe(202);
      const entitlements = await curl(at("/aforo/v1/entitlements/cust_abc123"), { key });
      expect(entitlements.body).toMatchObject({ allowed: true, plan: "pro", remaining_quota: 8420 });
    }
    expect((await curl(`${keys}/${oldId}`, { method: "DELETE", key: newKey })).status).toBe(200);
    expect((await curl(at("/aforo/v1/entitlements/cust_abc123"), { key: oldKey })).status).toBe(401);
    expect((await curl(at("/aforo/v1/entitlements/cust_abc123"), { key: newKey })).status).toBe(200);

    const sandbox = await curl(keys, {
      method: "POST",
      key: admin(),
      body: { name: "ci", environment: "test" },
    });
    expect(sandbox.body).toMatchObject({ key: expect.stringMatching(/^sk_test_.{40}$/) as string });
  });

  test("Aforo: a key is bound to a product, address ranges and rates, and the list says so", async () => {
    const keys = at("/aforo/api/v1/api-keys");
    const bound = {
      product: "billing",
      ip_ranges: ["127.0.0.0/8"],
      rate_limits: [{ requests: 2, window_seconds: 60 }],
    };
    const make = async (more: object) =>
      (
        await curl(keys, {
          method: "POST",
          key: admin(),
          body: { name: "bound", environment: "test", ...more },
        })
      ).body as { key: string; id: string };
    const { key, id } = await make(bound);
    expect((await curl(`${keys}/${id}`, { key: admin() })).body).toMatchObject({ id, ...bound });
    const listed = await curl(`${keys}?limit=1000`, { key: admin() });
    expect((listed.body as { api_keys: object[] }).api_keys).toContainEqual(
      expect.objectContaining({ id, ...bound }),
    );
    const use = () => curl(at("/aforo/v1/entitlements/cust_1"), { key });
    const answers = [await use(), await use(), await use()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers[2]?.headers).toMatch(/^retry-after: \d+$/im);
    expect(answers[0]?.headers).toMatch(/^ratelimit: .*r=1/im);
    const elsewhere = await make({ ip_ranges: ["192.0.2.0/24"] });
    expect((await curl(at("/aforo/v1/entitlements/cust_1"), { key: elsewhere.key })).status).toBe(403);
  });

  test("Aforo: rotate in place leaves both for 300 seconds, and a manual revoke leaves none", async () => {
    const keys = at("/aforo/api/v1/api-keys");
    const made = await curl(keys, {
      method: "POST",
      key: admin(),
      body: { name: "rolled", environment: "live" },
    });
    const { key, id } = made.body as { key: string; id: string };
    const rolled = await curl(`${keys}/${id}/rotate`, { method: "POST", key });
    expect(rolled.body).toMatchObject({ id, grace_period_seconds: 300 });
    const both = [key, (rolled.body as { key: string }).key];
    const statuses = () =>
      Promise.all(both.map(async (one) => (await curl(at("/aforo/v1/entitlements/c"), { key: one })).status));
    expect(await statuses()).toEqual([200, 200]);
    await curl(`${keys}/${id}`, { method: "DELETE", key: admin() });
    expect(await statuses()).toEqual([401, 401]);
  });

  test("Aero2: each application has publishable and secret keys; rotating gives 24 hours, revoking none", async () => {
    const keys = at("/aero2/v1/api-keys");
    const make = (type: string, key: string, more = {}) =>
      curl(keys, { method: "POST", key, body: { name: `${type} key`, type, ...more } });
    const secret = (await make("secret", admin(), { application_id: "app_web" })).body as {
      key: string;
      id: string;
    };
    expect(secret.key).toMatch(/^sk_live_/);
    const publishable = (await make("publishable", secret.key)).body as { key: string; id: string };
    expect(publishable).toMatchObject({
      application_id: "app_web",
      key: expect.stringMatching(/^pk_live_/) as string,
    });
    const seen = async (key: string) => (await curl(at("/aero2/v1/application"), { key })).body;
    expect(await seen(publishable.key)).toEqual({ id: "app_web", name: "Sample Application" });
    expect(await seen(secret.key)).toMatchObject({ id: "app_web", users: 0, roles: ["admin", "member"] });
    expect((await make("secret", publishable.key)).status).toBe(403);

    const rotated = await curl(`${keys}/${publishable.id}/rotate`, { method: "POST", key: secret.key });
    expect(rotated.body).toMatchObject({ previous_key: { expires_in_seconds: 86_400 } });
    expect(await seen(publishable.key)).toMatchObject({ id: "app_web" });
    const listed = (await curl(keys, { key: secret.key })).body as { keys: { id: string }[] };
    expect(listed.keys.map(({ id }) => id).toSorted()).toEqual([secret.id, publishable.id].toSorted());
    await curl(`${keys}/${publishable.id}`, { method: "DELETE", key: secret.key });
    for (const key of [publishable.key, (rotated.body as { key: string }).key]) {
      expect((await curl(at("/aero2/v1/application"), { key })).status).toBe(401);
    }
  });

  test("Example: list, delete, restrictions, and what 401 and 403 say", async () => {
    const keys = at("/example/v1/api-keys");
    const user = at("/example/v1/users/usr_123");
    const make = async (more: object, environment = "live") =>
      (
        await curl(keys, {
          method: "POST",
          key: admin(),
          body: { name: "Production Key", environment, ...more },
        })
      ).body as { data: { id: string; key: string } };
    const { data } = await make({});
    expect((await curl(user, { key: data.key })).status).toBe(200);
    const listed = (await curl(keys, { key: data.key })).body as { success: boolean; data: object[] };
    expect(listed.success).toBe(true);
    expect(Object.keys(listed.data[0] ?? {})).toEqual(["id", "name", "prefix", "created_at", "last_used"]);

    const page = await make({ referrers: ["https://app.example.com"], endpoints: ["GET /v1/users/*"] });
    const referred = (referrer: string) =>
      curl(user, { key: page.data.key, headers: [`Referer: ${referrer}`] });
    expect((await referred("https://app.example.com/page")).status).toBe(200);
    for (const other of [
      "https://app.example.com.evil.test/",
      "https://evil.test/?https://app.example.com",
    ]) {
      const refused = await referred(other);
      expect(refused.status).toBe(403);
      expect((refused.body as { message: string }).message).toMatch(
        /does not have permission for this resource.*Check/s,
      );
    }
    expect(
      (await curl(keys, { key: page.data.key, headers: ["Referer: https://app.example.com/"] })).status,
    ).toBe(403);

    const test = await make({}, "test");
    expect(test.data.key).toMatch(/^sk_test_/);
    expect((await curl(`${keys}/${data.id}`, { method: "DELETE", key: test.data.key })).status).toBe(404);
    const deleted = await curl(`${keys}/${data.id}`, { method: "DELETE", key: data.key });
    expect([deleted.status, deleted.body]).toEqual([
      200,
      { success: true, message: "API key revoked successfully" },
    ]);
    for (const key of [undefined, data.key]) {
      const refused = await curl(user, { key });
      expect([refused.status, refused.body]).toMatchObject([401, { success: false }]);
      expect((refused.body as { message: string }).message).toMatch(
        /Authorization: Bearer|Check that it was copied whole/,
      );
    }
  });

  test("Azotte: type, permissions, tenant and rates; quarterly rotation by a second key and a deactivation", async () => {
    const keys = at("/azotte/v1/api-keys");
    const make = (key: string, more: object) =>
      curl(keys, {
        method: "POST",
        key,
        body: { name: "backend", type: "secret", environment: "live", ...more },
      });
    const manager = (
      await make(admin(), {
        tenant_id: "tenant_prod_xyz789",
        permissions: ["api_keys:manage", "subscriptions:read", "bundles:read"],
      })
    ).body as { key: string; id: string };
    expect((await make(admin(), { tenant_id: "tenant_dev_abc123" })).status).toBe(400);
    expect((await make(manager.key, { permissions: ["payments:process"] })).status).toBe(403);
    const reader = (
      await make(manager.key, {
        permissions: ["subscriptions:read"],
        rate_limits: [{ requests: 3, window_seconds: 60 }],
      })
    ).body as { key: string; id: string };
    expect(reader).toMatchObject({ permissions: ["subscriptions:read"], tenant_id: "tenant_prod_xyz789" });
    const read = async (path: string, tenant: string) =>
      (await curl(at(`/azotte/v1/${path}`), { key: reader.key, headers: [`X-Tenant-Id: ${tenant}`] })).status;
    expect(await read("subscriptions", "tenant_prod_xyz789")).toBe(200);
    expect(await read("bundles", "tenant_prod_xyz789")).toBe(403);
    expect(await read("subscriptions", "tenant_dev_abc123")).toBe(403);
    const publishable = (await make(manager.key, { type: "publishable" })).body as { key: string };
    expect(publishable.key).toMatch(/^pk_live_/);
    expect((await curl(at("/azotte/v1/bundles"), { key: publishable.key })).status).toBe(200);
    expect((await curl(at("/azotte/v1/subscriptions"), { key: publishable.key })).status).toBe(403);

    const successor = (await make(manager.key, { permissions: ["subscriptions:read"] })).body as {
      key: string;
    };
    const off = await curl(`${keys}/${reader.id}`, { method: "DELETE", key: manager.key });
    expect(off.body).toEqual({ id: reader.id, active: false, was_active: true });
    expect(await read("subscriptions", "tenant_prod_xyz789")).toBe(401);
    expect((await curl(at("/azotte/v1/subscriptions"), { key: successor.key })).status).toBe(200);
  });

  test("Aurora Solar: one standard key a tenant, restricted ones with actions and project tags, rotate and retrieve", async () => {
    const keys = at("/aurora-solar/v1/api-keys");
    const make = (key: string, body: object) =>
      curl(keys, { method: "POST", key, body: { name: "integration", environment: "production", ...body } });
    type Made = { api_key: { id: string; token: string } };
    const standard = ((await make(admin(), { type: "standard", tenant_id: "solar_1" })).body as Made).api_key;
    expect(standard.token).toMatch(/^sk_prod_[0-9A-Za-z]{24,}$/);
    const second = await make(admin(), { type: "standard", tenant_id: "solar_1" });
    expect([second.status, second.body]).toMatchObject([409, { errors: [{ code: "key_exists" }] }]);
    const sandbox = await make(admin(), { type: "standard", tenant_id: "solar_1", environment: "sandbox" });
    expect((sandbox.body as Made).api_key.token).toMatch(/^sk_sand_/);

    const partner = await make(standard.token, {
      type: "restricted",
      actions: ["list_projects"],
      project_tags: ["commercial"],
    });
    const { id, token } = (partner.body as Made).api_key;
    expect(partner.body).toMatchObject({
      api_key: {
        actions: ["list_projects"],
        project_tags: ["commercial"],
        api_version: "2022.09",
        tenant_id: "solar_1",
      },
    });
    expect(token).toMatch(/^rk_prod_/);
    const projects = await curl(at("/aurora-solar/v1/projects"), { key: token });
    expect(projects.body).toMatchObject({ projects: [{ id: "project_plant" }] });
    expect((await curl(at("/aurora-solar/v1/projects/project_plant"), { key: token })).status).toBe(403);
    expect((await make(token, { type: "restricted", actions: ["list_projects"] })).status).toBe(403);

    const retrieved = await curl(`${keys}/${id}`, { key: standard.token });
    expect(retrieved.body).toMatchObject({ api_key: { id, actions: ["list_projects"] } });
    const rotated = await curl(`${keys}/${id}/rotate`, { method: "POST", key: standard.token });
    expect(rotated.body).toMatchObject({
      api_key: { id, actions: ["list_projects"], project_tags: ["commercial"] },
    });
    expect((await curl(at("/aurora-solar/v1/projects"), { key: token })).status).toBe(401);
  });

  test("a provider of one's own is a JSON file: keys in its form, restricted, rotated and revoked", async () => {
    const keys = at("/orchard/v1/api-keys");
    const body = {
      name: "n",
      kind: "restricted",
      environment: "production",
      permissions: ["pick"],
      restrictions: { ipRanges: ["127.0.0.1"] },
    };
    const made = (await curl(keys, { method: "POST", key: admin(), body })).body as {
      key: { id: string };
      secret: string;
    };
    expect(made.secret).toMatch(/^orch_res_[0-9A-Za-z]{32}$/);
    expect((await curl(at("/orchard/v1/whoami"), { key: made.secret })).body).toMatchObject({
      id: made.key.id,
      kind: "restricted",
    });
    const rotated = await curl(`${keys}/${made.key.id}/rotate`, { method: "POST", key: admin() });
    expect(rotated.body).toMatchObject({
      graceSeconds: 60,
      key: { generation: 2, restrictions: { ipRanges: ["127.0.0.1"] } },
    });
    const found = await curl(`${keys}/lookup`, {
      method: "POST",
      key: admin(),
      body: { sha256: sha256(made.secret) },
    });
    expect(found.body).toMatchObject({ found: true, secretState: "grace" });
    await curl(`${keys}/${made.key.id}`, { method: "DELETE", key: admin() });
    expect((await curl(at("/orchard/v1/whoami"), { key: made.secret })).status).toBe(401);
  });
});

const canRunCommands = has("curl") && has("bash") && has("openssl", "version");

test.skipIf(!canRunCommands)("the commands of docs/lost-answers.md work as they are printed", async () => {
  const blocks = [...readFileSync(documentation, "utf8").matchAll(/^```sh\n(.*?)^```$/gms)].map(
    ([, text = ""]) => text,
  );
  expect(blocks).toHaveLength(2);
  for (const [index, block] of blocks.entries()) {
    using place = makeTemporaryDirectory();
    const env = { ...process.env, KEYWARDEN: server.url, TOKEN: admin() };
    const commands = `set -eu\n${block}`;
    execFileSync("bash", ["-c", commands], { cwd: place.path, env, stdio: ["ignore", "pipe", "pipe"] });
    const key = readFileSync(join(place.path, "new-key"), "utf8");
    expect([index, key]).toEqual([index, expect.stringMatching(/^sk_live_[0-9A-Za-z]{40}$/) as string]);
    expect((await curl(at("/aforo/v1/entitlements/cust_1"), { key })).status).toBe(200);
  }
});
