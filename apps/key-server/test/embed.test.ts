import { randomUUID } from "node:crypto";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assertNoKey, makeTemporaryDirectory } from "@keywarden/testing";
import { Secret } from "@keywarden/key-format";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEmbedding } from "../src/console/embed/read-embedding.ts";
import { makeServer, type TestServer } from "./make-server.ts";

const secret = "of the tests ".repeat(3);
const origins = ["https://app.acme.com", "https://admin.acme.com:8443"];
const tenant = "tenant_dev_1";
let server: TestServer;
let shown: Awaited<ReturnType<TestServer["issue"]>>;
let others: readonly Awaited<ReturnType<TestServer["issue"]>>[];

beforeAll(async () => {
  server = await makeServer({ embedding: { origins, secret } });
  const issue = (provider: string, restrictions: object, name: string) =>
    server.issue(provider, "secret", provider === "azotte" ? "development" : "production", {
      name,
      restrictions,
    });
  shown = await issue("azotte", { tenant }, `<img src=x onerror="alert(1)">`);
  others = [
    await issue("azotte", { tenant: "tenant_dev_2" }, "of-another-tenant"),
    await issue("azotte", {}, "of-nobody"),
    // An application of another provider that has the tenant's name.
    await issue("aero2", { tenant }, "of-another-provider"),
  ];
});
afterAll(() => server[Symbol.asyncDispose]());

const open = (link: string) => server.call("GET", `/embed/keys?link=${link}`, { token: null });
const send = (fields: Record<string, string>) =>
  server.app.http.inject({
    method: "POST",
    url: "/embed/keys",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    payload: new URLSearchParams(fields).toString(),
  });
const ask = (body: object, token?: string) =>
  server.call("POST", "/embed/links", { body, ...(token !== undefined && { token }) });
const linkFor = async (body: object = {}): Promise<string> => {
  const made = await ask({ provider: "azotte", tenant, ...body });
  return new URL(made.json<{ path: string }>().path, "http://localhost").searchParams.get("link") ?? "";
};
/** A link as the program around the page may sign it itself. */
const sign = (claims: object = {}, options: { key?: string; iat?: number; exp?: number } = {}) => {
  const { key = secret, iat = Math.floor(server.clock() / 1000), exp = iat + 60 } = options;
  const right = {
    aud: "keywarden-embed",
    provider: "azotte",
    tenant,
    jti: randomUUID(),
  };
  return new SignJWT({ ...right, iat, exp, ...claims })
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(key));
};
const hiddenOf = (page: string, name: string): string =>
  new RegExp(`name="${name}"\\s+value="([^"]+)"`).exec(page)?.[1] ?? "";
const lastEntry = async () =>
  (await server.call("GET", "/v1/audit?order=newest-first&limit=1")).json<{
    entries: { action: string; actor: string; details: Record<string, unknown> }[];
  }>().entries[0];

describe("the page with a tenant's own keys", () => {
  it("shows them and nobody else's, in frames of the named origins alone, without script", async () => {
    const answer = await open(await linkFor({ subject: "kim" }));
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;");
    expect(answer.body).not.toMatch(/<script|<img|<form|of-another|of-nobody/);
    assertNoKey(answer.body, [new Secret(shown.text), ...others.map(({ text }) => new Secret(text))]);
    const policy = String(answer.headers["content-security-policy"]);
    expect(policy).toMatch(/; frame-ancestors https:\/\/app\.acme\.com https:\/\/admin\.acme\.com:8443$/);
    expect(policy).toContain("default-src 'none'");
    expect(await lastEntry()).toMatchObject({
      action: "embed.opened",
      actor: `person:${tenant}#kim`,
      details: { tenant, actorId: `embed:azotte/${tenant}#kim` },
    });
  });

  it("opens by a link that the program around it signed", async () => {
    expect((await open(await sign())).statusCode).toBe(200);
  });

  it.each([
    ["by another secret", () => sign({}, { key: "x".repeat(40) }), "not made for this server", "not-ours"],
    [
      "by nobody",
      async () => `${btoa('{"alg":"none"}')}.${(await sign()).split(".")[1]}.`,
      "not made",
      "not-ours",
    ],
    [
      "and then changed",
      async () => changed(await sign(), { tenant: "tenant_dev_2" }),
      "not made",
      "not-ours",
    ],
    ["for something else", () => sign({ aud: "keywarden-embed-page" }), "whose keys", "unusable"],
    ["too long ago", () => sign({}, { iat: now() - 120 }), "too old", "too-old"],
    ["for the future", () => sign({}, { iat: now() + 120 }), "whose keys", "unusable"],
    ["for a whole day", () => sign({}, { exp: now() + 86_400 }), "more than ten minutes", "too-long"],
    ["without an id", () => sign({ jti: undefined }), "whose keys", "unusable"],
    ["without a tenant", () => sign({ tenant: undefined }), "whose keys", "unusable"],
    ["without a provider", () => sign({ provider: undefined }), "whose keys", "unusable"],
    ["for too much", () => sign({ may: ["create"] }), "whose keys", "unusable"],
    ["as nothing at all", async () => "x", "not made", "not-ours"],
  ])("does not open by a link that was signed %s", async (_how, make, says, reason) => {
    const answer = await open(await make());
    expect([answer.statusCode, answer.body.includes("<table")]).toEqual([403, false]);
    expect(answer.body).toContain(says);
    expect(await lastEntry()).toMatchObject({
      action: "management.denied",
      details: { reason: `link-${reason}` },
    });
  });

  it("opens once", async () => {
    const link = await linkFor();
    const answers = await Promise.all([open(link), open(link), open(link)]);
    expect(answers.map(({ statusCode }) => statusCode).toSorted((one, other) => one - other)).toEqual([
      200, 403, 403,
    ]);
    const again = await open(link);
    expect(again.body).toContain("opened already. Load the page around it again");
    server.clock.advance(3_600_000);
    expect((await open(link)).body).toContain("too old");
  });

  it("shows only the environments that the link names", async () => {
    const answer = await open(await linkFor({ environments: ["production"] }));
    expect(answer.body).toContain("There are no keys");
  });
});

it("says that there are more keys than it shows, and lists none that have ended", async () => {
  await using many = await makeServer({ embedding: { origins, secret } });
  const createdAt = new Date(many.storage.now() - 1000).toISOString();
  const keys = Array.from({ length: 1001 }, (_, index) => ({
    name: `key-${index}`,
    provider: "azotte",
    environment: "development",
    createdAt,
    restrictions: { tenant },
    secrets: [{ sha256: index.toString(16).padStart(64, "0") }],
    ...(index < 500 && { revokedAt: createdAt }),
  }));
  const imported = await many.call("POST", "/v1/keys/import", { body: { keys } });
  expect(imported.json()).toMatchObject({ created: 1001 });
  const { path } = (await many.call("POST", "/embed/links", { body: { provider: "azotte", tenant } })).json<{
    path: string;
  }>();
  const { body } = await many.call("GET", path, { token: null });
  expect([body.includes("key-500"), body.includes("key-499<")]).toEqual([true, false]);
  expect(body).toContain("There are more keys than this page shows.");
});

describe("what a tenant may do there", () => {
  const rowsOf = async (may: readonly string[]) => (await open(await linkFor({ may }))).body;

  it("is what the link says, and is asked before it is done", async () => {
    const { key } = await server.issue("azotte", "secret", "development", {
      name: "ours",
      restrictions: { tenant },
    });
    const page = await rowsOf(["disable", "revoke"]);
    expect(page).toContain('aria-label="Disable ours"');
    const pass = hiddenOf(page, "pass");
    const state = async () =>
      (await server.call("GET", `/v1/keys/${key.id}`)).json<{ state: string }>().state;

    const asked = (await send({ pass, key: key.id, act: "revoke" })).body;
    expect(asked).not.toContain("was typed");
    expect(asked).toMatch(/ours<\/b>\s+stops at once and for ever/);
    const sure = {
      pass,
      key: key.id,
      act: "revoke",
      seen: hiddenOf(asked, "seen").replaceAll("&quot;", '"'),
      sure: "yes",
    };
    expect((await send({ ...sure, typed: "our" })).body).toContain("not the key&#39;s name");
    expect((await send({ ...sure, seen: '"7"', typed: "ours" })).body).toContain('role="alert"');
    expect(await state()).toBe("active");
    expect((await send({ ...sure, typed: "ours" })).body).toContain("ours was revoked");
    expect(await state()).toBe("revoked");
    expect(await lastEntry()).toMatchObject({ action: "key.revoked", actor: `person:${tenant}#somebody` });
  });

  it("is nothing where the link says nothing, whatever is sent", async () => {
    const { key } = await server.issue("azotte", "secret", "development", {
      name: "kept",
      restrictions: { tenant },
    });
    const allowed = hiddenOf(await rowsOf(["disable"]), "pass");
    const fields = { pass: allowed, key: key.id, seen: "*", sure: "yes", typed: "kept" };
    for (const act of ["revoke", "enable", "rotate", ""])
      expect((await send({ ...fields, act })).body).not.toMatch(/was (?:revoked|disabled)/);
    for (const pass of ["", "x", await sign(), await linkFor({ may: ["disable"] })])
      expect((await send({ ...fields, act: "disable", pass })).statusCode).toBe(403);
    const stays = await server.call("GET", `/v1/keys/${key.id}`);
    expect(stays.json<{ state: string }>().state).toBe("active");
  });

  it("reaches no key of another tenant or provider", async () => {
    const pass = hiddenOf(await rowsOf(["disable", "revoke"]), "pass");
    for (const { key } of others) {
      const answer = await send({ pass, key: key.id, act: "disable", seen: "*", sure: "yes" });
      expect(answer.body).toContain("there is no such key");
      const { state } = (await server.call("GET", `/v1/keys/${key.id}`)).json<{ state: string }>();
      expect(state).toBe("active");
    }
  });

  it("ends ten minutes after the page was opened", async () => {
    const pass = hiddenOf(await rowsOf(["disable"]), "pass");
    server.clock.advance(590_000);
    expect((await send({ pass })).statusCode).toBe(200);
    server.clock.advance(60_000);
    expect((await send({ pass })).body).toContain("too old");
  });
});

describe("a link", () => {
  it("is made for whoever may edit keys, and shows no more than its maker sees", async () => {
    expect((await ask({ provider: "azotte", tenant }, await server.tokenFor("reader"))).statusCode).toBe(403);
    expect((await ask({ provider: "azotte" })).statusCode).toBe(400);
    expect((await ask({ provider: "nobody", tenant })).statusCode).toBe(400);
    expect((await ask({ provider: "azotte", tenant, seconds: 3600 })).statusCode).toBe(400);
    expect((await ask({ provider: "azotte", tenant, subject: "a\nb" })).statusCode).toBe(400);
    const { token } = (
      await server.call("POST", "/v1/tokens", {
        body: {
          name: "limited",
          role: "operator",
          limits: { tenants: [tenant], environments: ["development"] },
        },
      })
    ).json<{ token: string }>();
    expect((await ask({ provider: "azotte", tenant: "tenant_dev_2" }, token)).statusCode).toBe(403);
    expect((await ask({ provider: "azotte", tenant }, token)).statusCode).toBe(403);
    const environments = ["development"];
    expect((await ask({ provider: "azotte", tenant, environments }, token)).statusCode).toBe(201);
  });

  it("leads nowhere on a server that embeds nothing", async () => {
    await using plain = await makeServer();
    expect((await plain.call("GET", "/embed/keys")).statusCode).toBe(404);
    expect((await plain.call("POST", "/embed/links", { body: {} })).statusCode).toBe(404);
  });
});

const now = (): number => Math.floor(server.clock() / 1000);

function changed(link: string, claims: object): string {
  const [header = "", payload = "", signature = ""] = link.split(".");
  const read = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
  return [header, Buffer.from(JSON.stringify({ ...read, ...claims })).toString("base64url"), signature].join(
    ".",
  );
}

describe("the settings", () => {
  it("are origins and the file of a long secret that others cannot read, both or neither", () => {
    using place = makeTemporaryDirectory();
    const file = join(place.path, "embed-secret");
    const read = (embedOrigins: readonly string[], embedSecretFile: string | null) =>
      readEmbedding({ embedOrigins, embedSecretFile });
    expect(read([], null)).toBeNull();
    expect(() => read(origins, null)).toThrow("needs --embed-secret");
    expect(() => read([], file)).toThrow("needs --embed-origins");
    expect(() => read(origins, file)).toThrow("cannot be read");
    writeFileSync(file, "x".repeat(31), { mode: 0o600 });
    expect(() => read(origins, file)).toThrow("fewer than 32 characters");
    writeFileSync(file, `${secret}\n`);
    expect(read(origins, file)).toEqual({ origins, secret: secret.trim() });
    chmodSync(file, 0o644);
    expect(() => read(origins, file)).toThrow("chmod 0600");
  });
});
