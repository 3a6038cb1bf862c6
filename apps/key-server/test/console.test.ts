import { gunzipSync } from "node:zlib";
import { assertNoKey } from "@keywarden/testing";
import { Secret } from "@keywarden/key-format";
import type { Role } from "@keywarden/management";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IDLE_MS, LONGEST_MS, UNLOCKED_MS } from "../src/console/session/sessions.ts";
import { LINK_MS } from "../src/console/session/sign-in-links.ts";
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
  const unlock = () => post("/console/unlock", { back: "/console" });
  return { token, answer, cookie, csrf, get, post, unlock };
}

async function signInToChange(role: Role = "admin") {
  const session = await signIn(role);
  await session.unlock();
  return session;
}

const hiddenOf = (page: string, name: string): string =>
  new RegExp(`name="${name}"\\s+value="([^"]+)"`).exec(page)?.[1]?.replaceAll("&quot;", '"') ?? "";
const shownKeyOf = (page: string): Secret =>
  new Secret(/<code class="key"[^>]*>([^<]+)/.exec(page)?.[1] ?? "");

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
      const back = url === "/console" ? "" : `?${new URLSearchParams({ back: url }).toString()}`;
      expect([answer.statusCode, answer.headers.location]).toEqual([303, `/console/sign-in${back}`]);
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
    for (const url of [
      "/console",
      "/console/keys",
      "/console/alerts",
      "/console/audit",
      "/console/tokens",
      "/example/settings/api-keys",
      "/example/settings/api-keys/new",
      "/azotte/developer-settings/usage",
      "/aforo/admin/api-keys/alerts",
      "/aero2/dashboard/api-keys/audit",
    ]) {
      const { headers, statusCode } = await get(url);
      expect(statusCode).toBe(200);
      expect(headers["content-security-policy"]).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers["cache-control"]).toBe("no-store");
    }
  });

  it("is compressed for whoever takes that, and never where it shows a secret", async () => {
    const { cookie, csrf, get } = await signInToChange();
    const headers = { cookie, "accept-encoding": "br, gzip" };
    const list = await server.app.http.inject({ method: "GET", url: "/console/keys", headers });
    expect(list.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(list.rawPayload).toString()).toContain("<h1>Keys</h1>");
    const fields = { csrf, name: "short-lived", role: "reader" };
    const made = await send("/console/tokens", fields, headers);
    expect(made.headers["content-encoding"]).toBeUndefined();
    expect((await get("/console")).body).not.toContain(csrf);
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
      expect(body).not.toMatch(/<img|<script>/);
      expect(body).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&amp;");
    }
    const asked = await get(`/console/keys?q=${encodeURIComponent('"><script>')}`);
    expect(asked.body).not.toContain("<script>");
  });

  it("has the query in its address, and names a mistake in it", async () => {
    await server.issue("example", "secret", "sandbox", { name: "find-me" });
    const { get } = await signIn();
    const found = await get("/console/keys?q=find-me+env%3Asandbox");
    expect(found.body).toContain("1 to 1 of 1 key");
    expect((await get("/console/keys?q=nonsense%3A1")).body).toContain('role="alert"');
    expect((await get("/console/keys?q=provider%3Aafro%2Caforo")).body).toContain("Did you mean aforo?");
  });
});

describe("a key's life", () => {
  it("is created at the provider's own address, shown once, edited, disabled and revoked", async () => {
    const { get, post, token } = await signInToChange();
    const page = await get("/aforo/admin/api-keys");
    expect(page.body).toContain("Create API Key");
    const fields = { name: "billing", kind: "secret", environment: "production", ipRanges: "10.0.0.0/8" };
    const made = await post("/aforo/admin/api-keys", fields);
    for (const said of ["The plaintext key is shown exactly once.", "AWS Secrets Manager"])
      expect(made.body).toContain(said);
    const first = shownKeyOf(made.body);
    const address = /<a class="button main" href="([^"]+)"/.exec(made.body)?.[1] ?? "";
    const shown = await get(address);
    expect(shown.body).toContain("10.0.0.0/8");
    const form = async (act: string) => (await get(`${address}/${act}`)).body;
    const seen = async (act: string) => hiddenOf(await form(act), "seen");
    const edit = {
      seen: await seen("edit"),
      name: "billing-eu",
      owner: "ada",
      tags: "pci, eu",
      ipRanges: "10.1.0.0/16, 10.2.0.0/16",
      product: "",
    };
    expect((await post(`${address}/edit`, edit)).body).toContain("10.0.0.0/8");
    expect((await get(address)).body).not.toContain("billing-eu");
    await post(`${address}/edit`, { ...edit, planned: "yes" });
    const edited = await get(address);
    for (const word of ["billing-eu", "ada", "pci, eu", "10.1.0.0/16, 10.2.0.0/16"])
      expect(edited.body).toContain(word);

    const works = async (key: Secret) =>
      (await server.call("POST", "/v1/keys/verify", { body: { key: key.reveal(), ip: "10.1.0.1" } })).json<{
        valid: boolean;
      }>().valid;
    expect(await works(first)).toBe(true);

    await post(`${address}/disable`, { seen: await seen("disable") });
    expect((await get(address)).body).toContain("it is refused until it is enabled again");
    await post(`${address}/enable`, { seen: await seen("enable") });
    const wrong = await post(`${address}/revoke`, { seen: await seen("revoke"), typed: "billing" });
    expect(wrong.statusCode).toBe(400);
    await post(`${address}/revoke`, { seen: await seen("revoke"), typed: "billing-eu" });
    const end = await get(address);
    expect(end.body).toContain("This key has ended");
    const log = await get(`${address}/log`);
    for (const act of ["created", "edited", "disabled", "enabled", "revoked"])
      expect(log.body).toContain(`key.${act}`);
    const next = await get("/console");
    for (const { body } of [page, shown, edited, end, log, next, await get("/console/keys")])
      assertNoKey(body, [first, new Secret(token)]);
    assertNoKey(server.log.text, [first, new Secret(token)]);
  });

  it("offers a role what it may do, and refuses the rest from a hand-made form", async () => {
    const { key } = await server.issue("aforo", "secret", "sandbox");
    const address = `/console/keys/${key.id}`;
    const responder = await signInToChange("responder");
    const { body } = await responder.get(address);
    expect(body).toContain(`${address}/revoke`);
    expect(body).not.toContain(`${address}/edit`);
    expect((await responder.get(`${address}/edit`)).body).toContain("it takes the role admin or operator");
    expect((await responder.post(`${address}/edit`, { seen: '"1"', name: "x" })).statusCode).toBe(403);
    const verifier = await signIn("verifier");
    expect((await verifier.get("/console/keys")).statusCode).toBe(403);
  });

  it("is changed by no form of another site, and by none without the session's own mark", async () => {
    const { key } = await server.issue("aforo", "secret", "sandbox");
    const { cookie, post } = await signInToChange();
    const other = await signInToChange();
    const address = `/console/keys/${key.id}/disable`;
    expect((await send(address, { seen: '"1"' }, { cookie })).statusCode).toBe(403);
    expect((await post(address, { seen: '"1"' }, { origin: "https://evil.example" })).statusCode).toBe(403);
    expect((await post(address, { seen: '"1"', csrf: other.csrf })).statusCode).toBe(403);
    expect((await server.call("GET", `/v1/keys/${key.id}`)).json<{ state: string }>().state).toBe("active");
  });
});

describe("a session", () => {
  it("only reads until it is unlocked, and again when nothing was changed for a while", async () => {
    const { key } = await server.issue("aforo", "secret", "sandbox");
    const address = `/console/keys/${key.id}`;
    const { get, post, unlock } = await signIn();
    expect((await get(`${address}/disable`)).body).toContain("This session only reads");
    expect((await post(`${address}/disable`, { seen: '"1"' })).statusCode).toBe(403);
    await unlock();
    expect((await get("/console/audit")).body).toContain("console.unlocked");
    expect((await post(`${address}/disable`, { seen: '"1"' })).statusCode).toBe(303);
    for (let spentMs = 0; spentMs <= UNLOCKED_MS; spentMs += IDLE_MS / 2) {
      server.clock.advance(IDLE_MS / 2);
      await get("/console");
    }
    expect((await post(`${address}/enable`, { seen: "*" })).statusCode).toBe(403);
  });

  it("comes back to where it was unlocked, and to no other server", async () => {
    const { post } = await signIn();
    const backTo = async (back: string) => (await post("/console/unlock", { back })).headers.location;
    expect(await backTo("/console/keys?q=env%3Aproduction")).toBe("/console/keys?q=env%3Aproduction");
    for (const evil of ["https://evil.example", "//evil.example", "/\\evil.example", ""])
      expect(await backTo(evil)).toBe("/console");
  });

  it("begins by a link once, within ten minutes, and not by merely looking at it", async () => {
    const make = async () =>
      (await server.call("POST", "/console/sign-in-links")).json<{ path: string }>().path;
    const path = await make();
    const link = new URL(path, "http://localhost").searchParams.get("link") ?? "";
    expect((await server.app.http.inject({ method: "GET", url: path })).body).toContain(
      "This link works once",
    );
    const first = await send("/console/sign-in", { link });
    expect(first.headers["set-cookie"]).toContain("HttpOnly");
    expect((await send("/console/sign-in", { link })).statusCode).toBe(401);
    const late = new URL(await make(), "http://localhost").searchParams.get("link") ?? "";
    server.clock.advance(LINK_MS + 1);
    expect((await send("/console/sign-in", { link: late })).statusCode).toBe(401);
    const stranger = await server.call("POST", "/console/sign-in-links", { token: null });
    expect(stranger.statusCode).toBe(401);
    expect(server.log.text).not.toContain(link);
  });
});

describe("tokens and alerts", () => {
  it("are made with a secret that is shown once, and end where they were made", async () => {
    const { get, post } = await signInToChange();
    const made = (await post("/console/tokens", { name: "ci", role: "verifier" })).body;
    const text = shownKeyOf(made);
    const list = (await get("/console/tokens")).body;
    assertNoKey(list, [text]);
    const revoke = /href="(\/console\/tokens\/[^"]+\/revoke)"\s+aria-label="Revoke ci"/.exec(list)?.[1] ?? "";
    expect((await post(revoke, { typed: "wrong" })).statusCode).toBe(400);
    expect((await post(revoke, { typed: "ci" })).statusCode).toBe(303);
    expect((await get("/console/tokens")).body).toMatch(/revoked .* by test admin|revoked .* by token:/);

    const { key } = await server.issue("aforo", "secret", "production");
    const address = `/console/keys/${key.id}`;
    await post(`${address}/alerts`, { moreThan: "1000", of: "requests", per: "minute" });
    await post(`${address}/alerts`, { outsideOf: "10.0.0.0/8", per: "hour" });
    const page = (await get(address)).body;
    expect(page).toContain("More than 1,000 requests a minute");
    expect(page).toContain("Called from outside of 10.0.0.0/8");
    const remove = /action="([^"]+\/remove)"/.exec(page)?.[1] ?? "";
    expect((await post(remove, {})).statusCode).toBe(303);
    expect((await get(address)).body.match(/\/remove"/g)).toHaveLength(1);
  });

  it("are of no use to a role that may not have them", async () => {
    const reader = await signIn("reader");
    expect((await reader.get("/console")).body).not.toContain("/console/tokens");
    expect((await reader.get("/console/tokens")).statusCode).toBe(403);
    expect((await reader.get("/console/alerts")).statusCode).toBe(200);
  });
});
