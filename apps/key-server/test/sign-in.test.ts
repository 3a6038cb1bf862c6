import { assertNoKey } from "@keywarden/testing";
import { Secret } from "@keywarden/key-format";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { IDLE_MS, LONGEST_MS } from "../src/console/session/sessions.ts";
import { clientSecret, settingsFor, startForgingProvider, type ForgingProvider } from "./forging-provider.ts";
import { makeServer, type TestServer } from "./make-server.ts";

let provider: ForgingProvider;
let server: TestServer;
beforeAll(async () => {
  provider = await startForgingProvider();
  server = await makeServer({ signIn: settingsFor(provider.issuer) });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});
beforeEach(() => {
  Object.assign(provider, { claims: {}, refusal: null, signsWithOther: false, isDown: false });
  provider.forge = (token) => token;
});

const get = (url: string, cookie = "", of = server) =>
  of.app.http.inject({ method: "GET", url, headers: { cookie } });
const cookiesOf = ({ headers }: { readonly headers: Record<string, unknown> }): readonly string[] =>
  [headers["set-cookie"] ?? []].flat().map(String);
const pairOf = (cookie: string): string => cookie.split(";")[0] ?? "";

/** Begins a sign-in, as a browser does that follows the button. */
async function begin(back = "/console", of = server) {
  const answer = await get(`/console/oidc/start?${new URLSearchParams({ back }).toString()}`, "", of);
  const url = new URL(String(answer.headers.location));
  const [cookie = ""] = cookiesOf(answer);
  return { answer, url, cookie: pairOf(cookie), asked: Object.fromEntries(url.searchParams) };
}

/** Comes back from the provider with an answer to a sign-in. */
function arrive(begun: { cookie: string; asked: Record<string, string> }, query = {}, of = server) {
  const { state = "", nonce = "" } = begun.asked;
  const answer = new URLSearchParams({ code: nonce, state, ...query });
  return get(`/console/oidc/callback?${answer.toString()}`, begun.cookie, of);
}

async function signIn(claims: Record<string, unknown>, of = server) {
  provider.claims = { sub: "ann", name: "Ann", email: "ann@acme.com", email_verified: true, ...claims };
  const begun = await begin("/console", of);
  const answer = await arrive(begun, {}, of);
  const cookie = pairOf(cookiesOf(answer).find((one) => one.startsWith("keywarden_session=")) ?? "");
  return { begun, answer, cookie, see: (url: string) => get(url, cookie, of) };
}

const auditOf = async (query: string, of = server) =>
  (await of.call("GET", `/v1/audit?order=newest-first&${query}`)).json<{
    entries: { action: string; actor: string; details: Record<string, unknown> }[];
  }>().entries;

describe("signing in by an identity provider", () => {
  it("sends the browser there with PKCE, state and nonce, and remembers them in a cookie of this browser", async () => {
    const { answer, url, asked } = await begin();
    expect(answer.statusCode).toBe(303);
    expect(`${url.origin}${url.pathname}`).toBe(`${provider.issuer}/authorize`);
    expect(asked).toMatchObject({
      response_type: "code",
      client_id: "keywarden",
      redirect_uri: "http://127.0.0.1:7300/console/oidc/callback",
      scope: "openid profile email",
      code_challenge_method: "S256",
    });
    for (const name of ["code_challenge", "state", "nonce"]) expect(asked[name]).toMatch(/^[\w-]{43}$/);
    expect(cookiesOf(answer)).toEqual([
      expect.stringMatching(
        /^keywarden_sign_in=[\w-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/,
      ) as string,
    ]);
  });

  it("opens a session with the role of the first rule that fits, and the audit names the person", async () => {
    const { answer, see } = await signIn({ groups: ["staff", "keywarden-admins"] });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('http-equiv="refresh" content="0;url=/console"');
    expect(cookiesOf(answer)).toEqual([
      expect.stringMatching(/^keywarden_sign_in=; Max-Age=0/) as string,
      expect.stringMatching(/^keywarden_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/) as string,
    ]);
    const page = await see("/console/tokens");
    expect(page.statusCode).toBe(200);
    for (const word of ["<b>Ann</b>", "ann@acme.com", "admin"]) expect(page.body).toContain(word);
    const [entry] = await auditOf("actor=person:ann@acme.com");
    expect(entry).toMatchObject({
      action: "console.signed_in",
      details: { actorId: `${provider.issuer}#ann`, actorName: "Ann" },
    });
    expect(provider.redeemed.at(-1)?.get("code_verifier")).toMatch(/^[\w-]{43}$/);
  });

  it("names by an address only whom the provider verified it for, so that nobody is taken for somebody else", async () => {
    const { see } = await signIn({ sub: "eve", groups: ["keywarden-admins"], email_verified: undefined });
    expect((await see("/console")).body).not.toContain("ann@acme.com");
    await signIn({ sub: "eve", name: "ann@acme.com", groups: ["keywarden-admins"], email_verified: "true" });
    expect((await auditOf("limit=2")).map(({ actor }) => actor)).toEqual([
      "person:ann@acme.com#eve",
      "person:Ann#eve",
    ]);
  });

  it.each([
    [{ realm_access: { roles: ["ops"] } }, "operator"],
    [{ hd: "acme.com" }, "reader"],
    [{ email: "eve@acme.com", email_verified: true }, "admin"],
  ])("maps %o to a role", async (claims, role) => {
    const { see } = await signIn(claims);
    expect((await see("/console")).body).toMatch(new RegExp(`class="dim"\\s*>${role}<`));
  });

  it.each([
    ["nothing", {}],
    ["other groups", { groups: ["staff"] }],
    ["a part of the name", { groups: "keywarden-admins,staff" }],
    ["an address that nobody verified", { email: "eve@acme.com", email_verified: undefined }],
    ["an address that is said not to be verified", { email: "eve@acme.com", email_verified: false }],
    ["groups in groups", { groups: [["keywarden-admins"]] }],
    ["an object", { groups: { "keywarden-admins": true } }],
  ])("gives no access for %s, and says so to the audit", async (_what, claims) => {
    const { answer, cookie } = await signIn(claims);
    expect([answer.statusCode, cookie]).toEqual([403, ""]);
    expect(answer.body).toContain("have no access here");
    const [entry] = await auditOf("action=management.denied");
    expect(entry?.details).toMatchObject({ reason: "no-role", actorId: `${provider.issuer}#ann` });
  });

  it("limits a person to the keys that a claim names, and gives no access where it names none", async () => {
    const tenant = "tenant_dev_1";
    const name = "own-key";
    const { key } = await server.issue("azotte", "secret", "development", { name, restrictions: { tenant } });
    const other = await server.issue("aforo", "secret", "sandbox", { name: "other-key" });
    const claims = { groups: "tenants", tenant: [tenant] };
    const { see } = await signIn(claims, server);
    const list = (await see("/console/keys")).body;
    expect(list).not.toContain("other-key");
    expect((await see(`/console/keys/${other.key.id}`)).statusCode).toBe(404);
    expect(list).toContain(`limited to environment development, tenant ${tenant}`);
    expect(list).toContain("own-key");
    expect((await see(`/console/keys/${key.id}/log`)).statusCode).toBe(200);
    expect((await see("/console/audit")).statusCode).toBe(403);
    expect((await see("/console/tokens")).statusCode).toBe(403);
    expect((await see("/console")).body).not.toMatch(/other-key|href="\/console\/audit"/);
    for (const nothing of [{}, { tenant: [] }, { tenant: 7 }, { tenant: ["x".repeat(5000)] }]) {
      const { answer } = await signIn({ groups: "tenants", ...nothing });
      expect([answer.statusCode, answer.body.includes("which keys are yours")]).toEqual([403, true]);
    }
  });

  it("takes hostile claims as text, cut short, without keys in it", async () => {
    const key = ["sk", "live", "a1B2".repeat(10)].join("_");
    const name = `<img src=x onerror=alert(1)>\u001B[31m\u202E ${key} ${"x".repeat(1_000_000)}`;
    const { see } = await signIn({ groups: ["keywarden-admins"], name, email: "<script>@acme.com" });
    for (const url of ["/console", "/console/audit"]) {
      const { body, statusCode } = await see(url);
      expect([statusCode, body.length < 100_000]).toEqual([200, true]);
      for (const hostile of ["<img", "<script>@", "\u001B", "\u202E"]) expect(body).not.toContain(hostile);
      expect(body).toContain("&lt;img src=x onerror=alert(1)&gt;");
      assertNoKey(body, [new Secret(key)]);
    }
    const endless = await signIn({ groups: ["keywarden-admins"], name: "x".repeat(5_000_000) });
    expect([endless.answer.statusCode, endless.cookie]).toEqual([401, ""]);
    for (const sub of ["", "x".repeat(256), "a\nb", `u-${key}`]) {
      const { answer } = await signIn({ groups: ["keywarden-admins"], sub });
      expect([answer.statusCode, sub === "" || answer.body.includes("cannot be kept")]).toEqual([401, true]);
    }
  });
});

describe("an answer that is not for this sign-in", () => {
  const seconds = Math.floor(Date.now() / 1000);
  it.each([
    ["of another issuer", { iss: "https://evil.example" }, "another issuer", "other-issuer"],
    ["for another program", { aud: "other" }, "made for another program", "other-audience"],
    ["for several programs", { aud: ["keywarden", "other"] }, "made for another program", "other-audience"],
    ["with the nonce of another one", { nonce: "x" }, "belongs to another sign-in", "other-nonce"],
    ["that has expired", { exp: seconds - 60 }, "Compare the clocks: 30 s", "not-current"],
    ["of the future", { nbf: seconds + 60 }, "Compare the clocks: 30 s", "not-current"],
  ])("%s is refused with its own sentence", async (_what, claims, says, reason) => {
    const { answer, cookie } = await signIn({ groups: ["keywarden-admins"], ...claims });
    expect([answer.statusCode, cookie]).toEqual([401, ""]);
    expect(answer.body).toContain(says);
    const [entry] = await auditOf("action=management.denied");
    expect(entry?.details).toMatchObject({ reason });
  });

  it("is taken within the clocks' allowed difference", async () => {
    const { answer } = await signIn({ groups: ["keywarden-admins"], exp: seconds - 5 });
    expect(answer.statusCode).toBe(200);
  });

  it.each([
    ["by another key", () => (provider.signsWithOther = true), "not signed by the identity provider"],
    [
      "by nobody",
      () => {
        const header = Buffer.from('{"alg":"none"}').toString("base64url");
        provider.forge = (token) => `${header}.${token.split(".")[1]}.`;
      },
      "cannot be used",
    ],
  ])("and signed %s is refused", async (_what, forge, says) => {
    forge();
    const { answer, cookie } = await signIn({ groups: ["keywarden-admins"] });
    expect([answer.statusCode, cookie]).toEqual([401, ""]);
    expect(answer.body).toContain(says);
  });

  it("is refused without the browser's cookie, with that of another sign-in, twice, and with a state named twice", async () => {
    provider.claims = { sub: "ann", groups: ["keywarden-admins"] };
    const [one, other] = [await begin(), await begin()];
    const redeemed = provider.redeemed.length;
    const refusals = [
      await arrive({ ...one, cookie: "" }),
      await arrive({ ...one, cookie: other.cookie }),
      await arrive({ ...one, cookie: "keywarden_sign_in=bm9uc2Vuc2U" }),
      await get(`/console/oidc/callback?code=x&state=${one.asked["state"]}&state=y`, one.cookie),
      await get("/console/oidc/callback?code=x", one.cookie),
    ];
    for (const answer of refusals) {
      expect(answer.statusCode).toBe(401);
      expect(answer.body).toContain("not begun in this browser, or is over");
      expect(cookiesOf(answer)).toEqual([expect.stringMatching(/^keywarden_sign_in=; Max-Age=0/) as string]);
    }
    const mixedUp = await arrive(one, { iss: "https://evil.example" });
    expect(mixedUp.body).toContain("from another issuer");
    // No code went anywhere.
    expect(provider.redeemed).toHaveLength(redeemed);
    expect((await arrive(one)).statusCode).toBe(200);
    provider.refusal = { error: "invalid_grant" };
    const replayed = await arrive(one);
    expect([replayed.statusCode, cookiesOf(replayed).length]).toEqual([401, 1]);
    expect(replayed.body).toContain("was used already or is too old");
  });

  it("says what the provider says against it in its own words only", async () => {
    const begun = await begin();
    const { state = "" } = begun.asked;
    const denied = `error=access_denied&error_description=${encodeURIComponent("<b>call 555-0100</b>")}`;
    const answer = await get(`/console/oidc/callback?${denied}&state=${state}`, begun.cookie);
    expect(answer.body).toContain("did not let you in, or you cancelled");
    expect(answer.body).not.toContain("555-0100");
    provider.refusal = { error: "invalid_client" };
    expect((await arrive(await begin())).body).toContain("refuses this server&#39;s client id or secret");
    assertNoKey(server.log.text, [clientSecret]);
  });
});

describe("a person's session", () => {
  it("ends when nothing happens, after a working day, and on request, with the way out of the provider", async () => {
    const idle = await signIn({ groups: ["keywarden-admins"] });
    server.clock.advance(IDLE_MS + 1);
    expect((await idle.see("/console")).statusCode).toBe(303);
    const busy = await signIn({ groups: ["keywarden-admins"] });
    for (let spentMs = 0; spentMs <= LONGEST_MS; spentMs += IDLE_MS / 2) {
      server.clock.advance(IDLE_MS / 2);
      await busy.see("/console");
    }
    expect((await busy.see("/console")).statusCode).toBe(303);
    const out = await signIn({ groups: ["keywarden-admins"] });
    const csrf = /name="csrf" value="([^"]+)"/.exec((await out.see("/console")).body)?.[1] ?? "";
    const leave = (fields: Record<string, string>) =>
      server.app.http.inject({
        method: "POST",
        url: "/console/sign-out",
        headers: { cookie: out.cookie, "content-type": "application/x-www-form-urlencoded" },
        payload: new URLSearchParams(fields).toString(),
      });
    expect((await leave({ csrf: "forged" })).statusCode).toBe(403);
    const left = await leave({ csrf });
    expect(left.headers.location).toBe("/console/sign-in?out=person");
    expect((await out.see("/console")).statusCode).toBe(303);
    expect((await get("/console/sign-in?out=person")).body).toMatch(/You are signed\s+out/);
    const [entry] = await auditOf("actor=person:ann@acme.com");
    expect(entry).toMatchObject({ action: "console.signed_out" });
  });

  it("is listed beside the tokens, and is ended by whoever manages those, and by nobody else", async () => {
    const ann = await signIn({ groups: ["keywarden-admins"] });
    server.clock.advance(1000);
    const operator = await signIn({ sub: "olga", name: "Olga", realm_access: { roles: ["ops"] } });
    const csrfOf = async ({ see }: typeof ann) =>
      /name="csrf" value="([^"]+)"/.exec((await see("/console")).body)?.[1] ?? "";
    const send = async (who: typeof ann, url: string) =>
      server.app.http.inject({
        method: "POST",
        url,
        headers: { cookie: who.cookie, "content-type": "application/x-www-form-urlencoded" },
        payload: new URLSearchParams({ csrf: await csrfOf(who) }).toString(),
      });
    for (const who of [ann, operator]) await send(who, "/console/unlock");
    const { body } = await ann.see("/console/tokens");
    expect(body).toContain("People who are signed in");
    const own = /action="(\/console\/sessions\/[0-9a-f]{64}\/end)"/g;
    const addresses = [...body.matchAll(own)].map(([, address = ""]) => address);
    expect(addresses.length).toBeGreaterThan(1);
    for (const address of addresses) expect((await send(operator, address)).statusCode).toBe(403);
    // The newest is the first.
    expect((await send(ann, addresses[0] ?? "")).statusCode).toBe(303);
    expect((await operator.see("/console")).statusCode).toBe(303);
    expect((await ann.see("/console")).statusCode).toBe(200);
    const [entry] = await auditOf("action=console.session_ended");
    expect(entry?.details).toMatchObject({
      person: "person:ann@acme.com",
      personId: `${provider.issuer}#olga`,
    });
  });

  it("leads back to the page that was asked for, and to no other server", async () => {
    const page = "/console/keys?q=env%3Aproduction";
    const sent = String((await get(page)).headers.location);
    expect((await get(sent)).body).toContain(
      `/console/oidc/start?${new URLSearchParams({ back: page }).toString()}`,
    );
    provider.claims = { sub: "ann", groups: ["keywarden-admins"] };
    expect((await arrive(await begin(page))).body).toContain(`content="0;url=${page}"`);
    for (const evil of ["https://evil.example", "//evil.example", "/\\evil.example", "/a b", "/\u{1F600}"])
      expect((await arrive(await begin(evil))).body).toContain('content="0;url=/console"');
  });

  it("ends where what people get was changed, or nobody signs in that way any more", async () => {
    await using changing = await makeServer({ signIn: settingsFor(provider.issuer) });
    const { see } = await signIn({ groups: ["keywarden-admins"] }, changing);
    const reload = (signIn: ReturnType<typeof settingsFor> | null) =>
      changing.app.reload({ channels: [], countryOf: undefined, policy: null, signIn });
    await reload(settingsFor(provider.issuer));
    expect((await see("/console")).statusCode).toBe(200);
    const roles = [{ claim: "groups", value: "keywarden-admins", role: "reader" }];
    await reload(settingsFor(provider.issuer, { roles }));
    expect((await see("/console")).statusCode).toBe(303);
    await reload(null);
    expect((await see("/console")).statusCode).toBe(303);
    expect((await get("/console/sign-in", "", changing)).body).not.toContain("Sign in with Acme");
    expect((await get("/console/oidc/callback?code=x", "", changing)).statusCode).toBe(303);
  });

  it("has claims of the UserInfo endpoint where that is asked for, and those of nobody else", async () => {
    await using asking = await makeServer({ signIn: settingsFor(provider.issuer, { userInfo: true }) });
    Object.assign(provider.userInfo, { sub: "ann", groups: ["keywarden-admins"] });
    expect((await signIn({}, asking)).answer.statusCode).toBe(200);
    // What is signed wins.
    expect((await signIn({ groups: ["staff"] }, asking)).answer.statusCode).toBe(403);
    provider.userInfo["sub"] = "eve";
    expect((await signIn({}, asking)).answer.statusCode).toBe(401);
  });
});
