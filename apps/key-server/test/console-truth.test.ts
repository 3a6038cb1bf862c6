import { StorageError } from "@keywarden/storage";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { makeServer, type TestServer } from "./make-server.ts";
import { signInHere } from "./sign-in-here.ts";

let server: TestServer;
let session: Awaited<ReturnType<typeof signInHere>>;
const flat = (text: string): string => text.replaceAll(/\s+/g, " ");
const read = async (url: string): Promise<string> => flat((await session.get(url)).body);
const asBrowser = (url: string, method: "GET" | "POST" = "GET") =>
  server.app.http.inject({ method, url, headers: { cookie: session.cookie, accept: "text/html,*/*" } });

beforeAll(async () => {
  server = await makeServer();
});
beforeEach(async () => {
  session = await signInHere(server);
});
afterAll(() => server[Symbol.asyncDispose]());

it("says of calls since when they were counted, where that is not the whole time", async () => {
  const { key, text } = await server.issue("aforo", "secret", "production", { name: "young" });
  const began = new Date(server.clock()).toISOString().slice(11, 16);
  const usage = await read("/aforo/admin/api-keys/usage");
  expect(usage).toMatch(new RegExp(`title="counted since [^"]+ UTC" ?>none since ${began}<`));
  expect(usage).toMatch(/0 requests<\/b>\s+since [\d-]+ [\d:]+ UTC\./);
  expect(usage).toContain("Nobody counted the rest of the 24 hours.");
  expect(await read(`/console/keys/${key.id}/revoke`)).toMatch(/no calls \(counted since [^)]+ UTC\)/);
  await server.call("POST", "/v1/keys/verify", { body: { key: text } });
  server.clock.advance(10_000);
  expect(await read("/aforo/admin/api-keys/usage")).toMatch(/<\/svg >1<\/span/);
  server.clock.advance(26 * 3_600_000);
  session = await signInHere(server);
  const later = await read("/aforo/admin/api-keys/usage");
  expect([later.includes(">none<"), later.includes("Nobody counted")]).toEqual([true, false]);
  expect(await read(`/console/keys/${key.id}/revoke`)).toContain(">no calls<");
});

it("says before it restricts a key what that changes, what it would have refused lately, and what nobody counted", async () => {
  const { key, text } = await server.issue("example", "secret", "production", { name: "narrow" });
  const call = { key: text, method: "POST", path: "/v1/users" };
  const verify = async () =>
    (await server.call("POST", "/v1/keys/verify", { body: call })).json<{ valid: boolean }>().valid;
  expect(await verify()).toBe(true);
  server.clock.advance(10_000);
  await session.unlock();
  const address = `/console/keys/${key.id}`;
  const seenOf = (page: string) => /name="seen" value="([^"]+)"/.exec(page)?.[1]?.replaceAll("&quot;", '"');
  const form = {
    seen: seenOf(await read(`${address}/edit`)) ?? "",
    name: "narrow",
    owner: "ada",
    endpoints: "GET /v1/users",
    ipRanges: "10.0.0.0/8",
    referrers: "",
  };
  const plan = flat((await session.post(`${address}/edit`, form)).body);
  for (const said of [
    "Restrict narrow?",
    "does not restrict &#8594; <b>GET /v1/users</b>",
    "POST /v1/users (1 time): would have been refused since",
    "From which addresses it is called is not counted: a caller outside the ranges is refused.",
  ])
    expect(plan).toContain(said);
  expect(plan).not.toContain("Referrer");
  expect([await verify(), (await read(address)).includes("ada")]).toEqual([true, false]);

  expect((await session.submit(`${address}/edit`, plan)).statusCode).toBe(303);
  expect(await verify()).toBe(false);
  const edited = await read(address);
  for (const said of ["ada", "GET /v1/users", "10.0.0.0/8"]) expect(edited).toContain(said);

  // Whoever saw an older state is told so, and what restricts nothing new asks nothing.
  const { statusCode } = await session.post(`${address}/edit`, { ...form, endpoints: "" });
  expect(statusCode).toBe(412);
  const seen = seenOf(await read(`${address}/edit`)) ?? "";
  const pasted = await session.post(`${address}/edit`, { ...form, seen, endpoints: "", owner: text });
  expect([pasted.statusCode, pasted.body.includes(text)]).toEqual([400, false]);
  expect((await session.post(`${address}/edit`, { ...form, seen, owner: "bob" })).statusCode).toBe(303);
  expect(await read(address)).toContain("bob");
});

it("offers what changes something only once the session is unlocked, and says before what it takes", async () => {
  const { key } = await server.issue("aforo", "secret", "production", { name: "guarded" });
  const address = `/console/keys/${key.id}`;
  const offers = {
    [address]: ["rotate", "edit", "disable", "revoke"].map((act) => `href="${address}/${act}"`),
    "/aforo/admin/api-keys": ['href="/aforo/admin/api-keys/new"'],
    "/console/tokens": ['href="/console/tokens/new"', 'aria-label="Revoke'],
  };
  for (const [page, links] of Object.entries(offers)) {
    const locked = await read(page);
    expect([page, ...links.filter((link) => locked.includes(link))]).toEqual([page]);
    expect(locked).toMatch(/Unlock changes to [a-z]/);
  }
  expect(await read(address)).toContain("Unlock changes to rotate, edit and restrict, disable, or revoke.");
  await session.unlock();
  for (const [page, links] of Object.entries(offers)) {
    const open = await read(page);
    expect([page, ...links.filter((link) => !open.includes(link))]).toEqual([page]);
    expect(open).not.toMatch(/Unlock changes to [a-z]/);
  }
  session = await signInHere(server, "responder");
  expect(await read(address)).toContain("Unlock changes to disable or revoke.");
  session = await signInHere(server, "reader");
  expect(await read(address)).not.toContain("Unlock changes");
});

it("keeps a whole key that somebody looks for out of the address and the page, and finds it by what is left", async () => {
  const { key, text } = await server.issue("aforo", "secret", "production", { name: "pasted" });
  const left = `${key.prefix}…${key.lastFour}`;
  for (const url of [
    `/console/keys?q=${text}&sort=name`,
    `/console/keys/${text}`,
    `/console/audit?actor=${text}`,
    `/example/settings/api-keys?q=${text}`,
  ]) {
    for (const answer of [await asBrowser(url), await server.app.http.inject({ method: "GET", url })]) {
      const to = String(answer.headers.location);
      expect([answer.statusCode, decodeURIComponent(to).includes(left)]).toEqual([303, true]);
      expect(`${to}${answer.body}`).not.toContain(text);
    }
  }
  const to = String((await asBrowser(`/console/keys?q=${text}`)).headers.location);
  expect(await read(to)).toContain(`href="/console/keys/${key.id}"`);
});

it("says of a token that it works only until it ends, and which keys it is for", async () => {
  const expiresAt = new Date(server.clock() + 60_000).toISOString();
  const until = expiresAt.slice(0, 16).replace("T", " ");
  const made = await server.call("POST", "/v1/tokens", {
    body: { name: "short", role: "reader", limits: { providers: ["aforo"] }, expiresAt },
  });
  expect(made.statusCode).toBe(201);
  const row = async (): Promise<string> =>
    (await read("/console/tokens")).split("<tr").find((one) => one.includes("short")) ?? "";
  expect(await row()).toContain(`works until ${until}`);
  expect(await row()).toMatch(/providers? aforo[^]*not known/);
  server.clock.advance(60_000);
  expect(await row()).toContain(`ended ${until}`);
  expect(await row()).not.toContain("works");
});

it("draws no request where none was counted", async () => {
  const { key } = await server.issue("aforo", "secret", "production", { name: "idle" });
  expect(await read(`/console/keys/${key.id}`)).toContain("at most 0 an hour");
  expect(await read(`/console/keys/${key.id}`)).not.toContain("at most 1");
});

it("says when it was written", async () => {
  const at = new Date(server.clock()).toISOString();
  expect(await read("/console/keys")).toContain(
    `<time datetime="${at}" data-read="As of ${at.slice(0, 16).replace("T", " ")} UTC">`,
  );
});

it("claims of attempts with unknown keys only that none was unusual", async () => {
  await server.call("POST", "/v1/keys/verify", { body: { key: `sk_live_${"x".repeat(40)}` } });
  const page = await read("/console/alerts");
  expect(page).toContain("single attempts are not noted");
  expect(page).not.toContain("no attempt");
});

it("tells a person of a page that does not exist, and of a database that is away, in a page", async () => {
  for (const url of ["/console/nonsense", "/aforo/admin/api-keys/nonsense"]) {
    const none = await asBrowser(url);
    expect([none.statusCode, none.body.includes("There is no such page")]).toEqual([404, true]);
  }
  const away = new StorageError("STORAGE_UNREACHABLE", "no database");
  const spy = vi.spyOn(server.storage.keys, "listKeys").mockRejectedValue(away);
  try {
    const page = await asBrowser("/console/keys?q=owner:ann");
    expect([page.statusCode, page.headers["content-type"]]).toEqual([503, "text/html; charset=utf-8"]);
    expect(page.body).toContain("What this page shows is not known now.");
    expect(page.body).toContain('href="/console/keys?q=owner:ann"');
    expect(page.body).not.toContain("There are no keys");
    const program = await session.get("/console/keys");
    expect(program.headers["content-type"]).toContain("application/problem+json");
  } finally {
    spy.mockRestore();
  }
});

it("shows a person that the server failed without what went wrong inside", async () => {
  const spy = vi.spyOn(server.storage.keys, "listKeys").mockRejectedValue(new TypeError("inner matter"));
  try {
    const page = await asBrowser("/console");
    expect([page.statusCode, page.body.includes("inner matter")]).toEqual([500, false]);
    expect(page.body).toContain("its log has the reason");
  } finally {
    spy.mockRestore();
  }
});
