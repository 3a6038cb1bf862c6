import { assertNoKey } from "@keywarden/testing";
import { Secret } from "@keywarden/key-format";
import type { Role } from "@keywarden/management";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IDLE_MS, LONGEST_MS } from "../src/console/sessions.ts";
import { makeServer, type TestServer } from "./make-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await makeServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const form = { "content-type": "application/x-www-form-urlencoded" };
const send = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  server.app.http.inject({
    method: "POST",
    url,
    headers: { ...form, ...headers },
    payload: new URLSearchParams(fields).toString(),
  });

async function signIn(role: Role = "admin") {
  const token = await server.tokenFor(role);
  const answer = await send("/console/sign-in", { token });
  const cookie = String(answer.headers["set-cookie"]).split(";")[0] ?? "";
  const get = (url: string) => server.app.http.inject({ method: "GET", url, headers: { cookie } });
  const page = await get("/console");
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? "";
  const post = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    send(url, { csrf, ...fields }, { cookie, ...headers });
  return { token, answer, cookie, csrf, get, post };
}

const seenOf = (page: string): string => /name="seen"\s+value="&quot;([^&]+)&quot;"/.exec(page)?.[1] ?? "";

describe("signing in", () => {
  it("takes a token of the server, and sets a cookie that no script and no other site can use", async () => {
    const { answer, token } = await signIn();
    expect(answer.statusCode).toBe(303);
    expect(answer.headers["set-cookie"]).toMatch(
      /^keywarden_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(JSON.stringify(answer.headers)).not.toContain(token);
  });

  it("refuses what is no token without saying it again, and leaves an entry in the audit", async () => {
    const wrong = "kwt_".padEnd(47, "x");
    const answer = await send("/console/sign-in", { token: wrong });
    expect(answer.statusCode).toBe(401);
    expect(answer.body).not.toContain(wrong);
    const { body } = await (await signIn()).get("/console/audit");
    expect(body).toContain("console.signed_in");
    expect(body).toMatch(/denied/);
  });

  it("sends whoever has no session to the sign-in, whatever the address", async () => {
    for (const url of [
      "/console",
      "/console/keys/key_1",
      "/aforo/admin/api-keys",
      "/azotte/developer-settings",
    ]) {
      const answer = await server.app.http.inject({ method: "GET", url });
      expect([answer.statusCode, answer.headers.location]).toEqual([303, "/console/sign-in"]);
    }
  });

  it("ends when nothing happens, after a working day, with the token, and on request", async () => {
    const idle = await signIn();
    server.clock.advance(IDLE_MS + 1);
    expect((await idle.get("/console")).statusCode).toBe(303);
    const busy = await signIn();
    for (let spentMs = 0; spentMs <= LONGEST_MS; spentMs += IDLE_MS / 2) {
      server.clock.advance(IDLE_MS / 2);
      await busy.get("/console/style.css");
      await busy.get("/console");
    }
    expect((await busy.get("/console")).statusCode).toBe(303);
    const out = await signIn();
    await out.post("/console/sign-out", {});
    expect((await out.get("/console")).statusCode).toBe(303);
    const revoked = await signIn("reader");
    const { tokens } = (await server.call("GET", "/v1/tokens?limit=1000")).json<{
      tokens: { id: string; role: string; revokedAt: string | null }[];
    }>();
    const own = tokens.filter(({ role, revokedAt }) => role === "reader" && revokedAt === null);
    for (const { id } of own) await server.call("POST", `/v1/tokens/${id}/revoke`);
    expect((await revoked.get("/console")).statusCode).toBe(303);
  });
});

describe("every page", () => {
  it("may not be framed and loads nothing from elsewhere", async () => {
    const { get } = await signIn();
    for (const url of ["/console", "/console/keys", "/console/audit", "/example/settings/api-keys"]) {
      const { headers, statusCode } = await get(url);
      expect(statusCode).toBe(200);
      expect(headers["content-security-policy"]).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers["cache-control"]).toBe("no-store");
    }
  });

  it("shows hostile names as text", async () => {
    const hostile = `<img src=x onerror="alert(1)">'&`;
    const { key } = await server.issue("aero2", "secret", "production", {
      name: hostile,
      owner: "</td><script>",
    });
    const { get } = await signIn();
    for (const url of ["/console/keys", `/console/keys/${key.id}`, "/aero2/dashboard/api-keys"]) {
      const { body } = await get(url);
      expect(body).not.toMatch(/<img|<script/);
      expect(body).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&amp;");
    }
    const asked = await get(`/console/keys?q=${encodeURIComponent('"><script>')}`);
    expect(asked.body).not.toContain("<script");
  });

  it("has the query in its address, and names a mistake in it", async () => {
    await server.issue("example", "secret", "sandbox", { name: "find-me" });
    const { get } = await signIn();
    const found = await get("/console/keys?q=find-me+env%3Asandbox");
    expect(found.body).toContain("1 of ");
    expect((await get("/console/keys?q=nonsense%3A1")).body).toContain('role="alert"');
  });
});

describe("a key's life", () => {
  it("is created at the provider's own address, shown once, edited, rotated, disabled and revoked", async () => {
    const { get, post, token } = await signIn();
    const page = await get("/aforo/admin/api-keys");
    expect(page.body).toContain("Create API Key");
    const fields = { name: "billing", kind: "secret", environment: "production", ipRanges: "10.0.0.0/8" };
    const made = await post("/aforo/admin/api-keys", fields);
    expect(made.body).toContain("The plaintext key is shown exactly once.");
    const first = new Secret(/<code class="key"[^>]*>([^<]+)/.exec(made.body)?.[1] ?? "");
    const address = /<p><a href="([^"]+)"/.exec(made.body)?.[1] ?? "";
    const shown = await get(address);
    expect(shown.body).toContain("10.0.0.0/8");
    expect(shown.body).toContain("The old key works for 5 min beside the new one");
    const seen = `"${seenOf(shown.body)}"`;
    await post(`${address}/edit`, { seen, name: "billing-eu", owner: "ada", tags: "pci, eu" });
    const edited = await get(address);
    expect(edited.body).toContain("billing-eu");
    const late = await post(`${address}/rotate`, { seen: '"7"' });
    expect(late.statusCode).toBe(412);
    const rotated = await post(`${address}/rotate`, { seen: `"${seenOf(edited.body)}"` });
    const second = new Secret(/<code class="key"[^>]*>([^<]+)/.exec(rotated.body)?.[1] ?? "");
    const now = async () => `"${seenOf((await get(address)).body)}"`;
    await post(`${address}/disable`, { seen: await now() });
    expect((await get(address)).body).toContain("It opens nothing now");
    await post(`${address}/enable`, { seen: await now() });
    const wrong = await post(`${address}/revoke`, { seen: await now(), typed: "billing" });
    expect(wrong.statusCode).toBe(400);
    await post(`${address}/revoke`, { seen: await now(), typed: "billing-eu" });
    const end = await get(address);
    expect(end.body).toContain("This key has ended");
    const audit = await get("/console/audit");
    for (const act of ["created", "edited", "rotated", "disabled", "enabled", "revoked"])
      expect(audit.body).toContain(`key.${act}`);
    const next = await get("/console");
    for (const { body } of [page, shown, edited, end, audit, next, await get("/console/keys")])
      assertNoKey(body, [first, second, new Secret(token)]);
    assertNoKey(server.log.text, [first, second, new Secret(token)]);
  });

  it("offers no rotation where the old key would stop at once", async () => {
    const { key } = await server.issue("azotte", "secret", "production");
    const { get } = await signIn();
    const { body } = await get(`/console/keys/${key.id}`);
    expect(body).toContain("the old one would stop at once");
    expect(body).not.toContain("/rotate");
  });

  it("offers a role what it may do, and refuses the rest from a hand-made form", async () => {
    const { key } = await server.issue("aforo", "secret", "sandbox");
    const address = `/console/keys/${key.id}`;
    const responder = await signIn("responder");
    const { body } = await responder.get(address);
    expect(body).toContain("Revoke at once");
    expect(body).not.toContain("/edit");
    expect((await responder.post(`${address}/rotate`, { seen: '"1"' })).statusCode).toBe(403);
    const verifier = await signIn("verifier");
    expect((await verifier.get("/console/keys")).statusCode).toBe(403);
  });

  it("is changed by no form of another site, and by none without the session's own mark", async () => {
    const { key } = await server.issue("aforo", "secret", "sandbox");
    const { cookie, csrf, post } = await signIn();
    const address = `/console/keys/${key.id}/disable`;
    expect((await send(address, { seen: '"1"' }, { cookie })).statusCode).toBe(403);
    expect((await post(address, { seen: '"1"' }, { origin: "https://evil.example" })).statusCode).toBe(403);
    expect((await post(address, { seen: '"1"', csrf: `${csrf}x` })).statusCode).toBe(403);
    expect((await server.call("GET", `/v1/keys/${key.id}`)).json<{ state: string }>().state).toBe("active");
  });
});
