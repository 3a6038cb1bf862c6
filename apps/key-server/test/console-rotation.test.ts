import { appendFileSync, existsSync, mkdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { assertNoKey, makeTemporaryDirectory, type TemporaryDirectory } from "@keywarden/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeServer, type TestServer } from "./make-server.ts";
import { signInHere } from "./sign-in-here.ts";
import { secretIn } from "./sign-in-over.ts";

let folder: TemporaryDirectory;
let server: TestServer;
const start = () =>
  makeServer({
    rotations: {
      directory: join(folder.path, "rotations"),
      sinks: {
        directory: folder.path,
        sinks: [
          { name: "Shop", target: "env:{name}.env#API_KEY" },
          { name: "Broken", target: "env:absent/folder/.env#API_KEY", providers: ["example"] },
        ],
      },
      env: {},
    },
  });

beforeEach(async () => {
  folder = makeTemporaryDirectory();
  server = await start();
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  folder.remove();
});

const works = async (key: string): Promise<boolean> =>
  (await server.call("POST", "/v1/keys/verify", { body: { key } })).json<{ valid: boolean }>().valid;
const flat = (text: string): string => text.replaceAll(/\s+/g, " ");

async function begin(provider: string, to: readonly string[], role: "admin" | "operator" = "operator") {
  const { key, text } = await server.issue(provider, "secret", "production", { name: "shop" });
  const session = await signInHere(server, role);
  await session.unlock();
  const query = new URLSearchParams([
    ["plan", "1"],
    ...to.map((name): [string, string] => ["to", name]),
  ]).toString();
  const plan = flat((await session.get(`/console/keys/${key.id}/rotate?${query}`)).body);
  const answer = await session.submit(`/console/keys/${key.id}/rotate`, plan);
  const address = String(answer.headers.location);
  const look = async () => flat((await session.get(address)).body);
  return { ...session, key, text, plan, answer, address, look };
}

describe("a rotation on a page", () => {
  it("says before the confirmation what will happen, and to whom the new key goes", async () => {
    const { plan } = await begin("azotte", ["page", "Shop"]);
    for (const said of [
      "create a second secret key for production",
      "deliver it to a page, for you to copy once",
      "deliver it to Shop",
      "try it with one harmless call",
      "No grace period: the old key stops as soon as the new one was tried.",
      "Calls in 24 h",
      "Exposure",
      "nobody owns it",
    ])
      expect(plan).toContain(said);
    expect(plan).toMatch(/class="danger"> ?No grace period/);
  });

  it("leaves the old key working until its new one is stored, and then verifies, waits and revokes", async () => {
    const { address, look, text, submit, get, key } = await begin("aforo", ["page"]);
    expect(await look()).toContain("The new key is made and waits for you.");
    const shown = await submit(`${address}/show`, await look());
    const secret = secretIn(shown.body);
    expect([await works(text), await works(secret.reveal())]).toEqual([true, true]);
    assertNoKey(await look(), [secret]);
    // Whoever lost that page looks again.
    expect(secretIn((await submit(`${address}/show`, await look())).body).reveal()).toBe(secret.reveal());
    await submit(`${address}/stored`, shown.body);
    const waiting = await look();
    expect(waiting).toContain("The new key works. The old one works for another");
    expect(waiting).toContain(">5m 00s<");
    expect((await submit(`${address}/show`, waiting)).statusCode).toBe(409);
    expect((await get("/console/rotations")).body).toContain("5m 00s left");
    server.clock.advance(301_000);
    await server.app.carryOutRotations();
    expect(await look()).toContain("The new key is delivered and works, and the old one has ended.");
    expect([await works(text), await works(secret.reveal())]).toEqual([false, true]);
    const log = (await get(`/console/keys/${key.id}/log`)).body;
    for (const act of ["rotation.begun", "rotation.shown", "rotation.done", "key.revoked"])
      expect(log).toContain(act);
    assertNoKey(log + waiting + server.log.text, [secret]);
  });

  it("of a key that is replaced in place shows the new one first, and asks for it once it is stored", async () => {
    const { plan, address, look, text, submit, get } = await begin("aurora-solar", ["page", "Shop"]);
    expect(plan).toMatch(/class="danger"> ?The old key stops in the moment in which you say/);
    expect(plan).toContain("The old key goes on working until you say that the new one is stored.");
    expect(await works(text)).toBe(true);
    expect(await look()).toContain(
      "The old key works as before until you say that you have stored the new one",
    );
    expect((await get("/console/rotations")).body).toContain(address);
    const shown = await submit(`${address}/show`, await look());
    expect(flat(shown.body)).toMatch(/note danger" role="alert"> ?Once you go on, the old key stops at once/);
    const secret = secretIn(shown.body);
    expect([await works(text), await works(secret.reveal())]).toEqual([true, false]);
    // Time, a resume and a look again change nothing, and give the same key.
    server.clock.advance(3_600_000);
    await server.app.carryOutRotations();
    const other = await signInHere(server, "operator");
    await other.unlock();
    await other.submit(`${address}/resume`, flat((await other.get(address)).body));
    const again = await other.submit(`${address}/show`, flat((await other.get(address)).body));
    expect(secretIn(again.body).reveal()).toBe(secret.reveal());
    expect([await works(text), await works(secret.reveal())]).toEqual([true, false]);
    await other.submit(`${address}/stored`, again.body);
    expect(flat((await other.get(address)).body)).toContain("The new key is delivered and works");
    expect([await works(text), await works(secret.reveal())]).toEqual([false, true]);
    expect(readFileSync(join(folder.path, "shop.env"), "utf8")).toContain(secret.reveal());
    assertNoKey(server.log.text, [secret]);
  });

  it("of a key that is replaced in place is given up before the old key stops, or says that its new key is gone", async () => {
    const { address, look, text, submit } = await begin("aurora-solar", ["page"]);
    rmSync(join(folder.path, "rotations", "sealing-keys", `${address.split("/").at(-1)}.key`));
    const page = await look();
    expect((await submit(`${address}/stored`, page)).body).toContain("no longer kept here");
    expect(await works(text)).toBe(true);
    await submit(`${address}/abandon`, page);
    expect(await look()).toContain("This rotation was given up");
    expect(await works(text)).toBe(true);
  });

  it("delivers to the sinks that the server was given, and to nothing that a form names", async () => {
    const { look, text, submit, get, key } = await begin("example", ["Shop"]);
    expect(await look()).toContain("The new key is delivered and works, and the old one has ended.");
    const file = readFileSync(join(folder.path, "shop.env"), "utf8");
    const secret = /API_KEY=(\S+)/.exec(file)?.[1] ?? "";
    expect([await works(text), await works(secret)]).toEqual([false, true]);
    const { key: other } = await server.issue("example", "secret", "production", { name: "../x; id" });
    expect(key.id).not.toBe(other.id);
    const shown = flat((await get(`/console/keys/${other.id}/rotate`)).body);
    const made = await submit(`/console/keys/${other.id}/rotate`, shown, { to: "command:touch hacked" });
    expect([made.statusCode, made.body.includes("no longer")]).toEqual([400, true]);
    const own = await begin("example", ["command:touch hacked"]);
    expect(own.plan).toContain("one of these sinks for this key no longer");
    expect(existsSync(join(folder.path, "hacked"))).toBe(false);
    // A name that could be a path or a command is filled into no target.
    expect([shown.includes('value="Shop"'), shown.includes('value="page"')]).toEqual([false, true]);
  });

  it("is one rotation however often its form is sent, and only of the key that was seen", async () => {
    const { plan, key, submit, answer, post } = await begin("aforo", ["page"]);
    const again = await submit(`/console/keys/${key.id}/rotate`, plan);
    expect(again.headers.location).toBe(answer.headers.location);
    const { body } = await server.call("GET", "/v1/rotations?state=all");
    expect(JSON.parse(body).total).toBe(1);
    const stale = await post(`/console/keys/${key.id}/rotate`, {
      rotation: "00000000",
      seen: '"7.0"',
      to: "page",
    });
    expect(stale.statusCode).toBe(412);
  });

  it("goes on by itself once the grace period is over, in the name of whoever began it", async () => {
    const { address, look, key, submit, text } = await begin("aforo", ["page", "Shop"]);
    await submit(`${address}/stored`, await look());
    server.clock.advance(400_000);
    await server.app.carryOutRotations();
    expect(await works(text)).toBe(false);
    const { entries } = (await server.call("GET", `/v1/audit?key=${key.id}`)).json<{
      entries: { action: string; actor: string }[];
    }>();
    const end = entries.find(({ action }) => action === "key.revoked");
    expect(end?.actor).toBe("token:test operator");
  });

  it("does not go on for whoever may not any more, and says that somebody has to", async () => {
    const { address, look, text, submit } = await begin("aforo", ["page"]);
    await submit(`${address}/stored`, await look());
    const { tokens } = (await server.call("GET", "/v1/tokens?limit=100")).json<{
      tokens: { id: string; role: string }[];
    }>();
    for (const { id } of tokens.filter(({ role }) => role === "operator"))
      await server.call("POST", `/v1/tokens/${id}/revoke`);
    server.clock.advance(400_000);
    await server.app.carryOutRotations();
    expect(await works(text)).toBe(true);
    const other = await signInHere(server, "admin");
    await other.unlock();
    const page = flat((await other.get(address)).body);
    expect(page).toContain("It is not done.");
    expect(page).not.toContain("goes on in a moment");
    await other.submit(`${address}/resume`, page);
    expect(await works(text)).toBe(false);
  });

  it("begins nothing while a sink is not ready, and says which", async () => {
    const { plan, answer, text } = await begin("example", ["page", "Broken"]);
    expect(plan).toContain("absent/folder");
    expect([answer.statusCode, await works(text)]).toEqual([400, true]);
  });

  it("keeps the old key where a delivery fails, says what failed, and goes on once that is put right", async () => {
    const { look, text, submit, address } = await begin("example", ["page", "Shop"]);
    mkdirSync(join(folder.path, "shop.env"));
    await submit(`${address}/stored`, await look());
    const stopped = await look();
    expect(stopped).toMatch(
      /It could not deliver: .*The new key is in 1 of 2 sinks; it has not been tried\./,
    );
    expect(await works(text)).toBe(true);
    rmdirSync(join(folder.path, "shop.env"));
    await submit(`${address}/resume`, stopped);
    expect(await look()).toContain("the old one has ended");
    expect(await works(text)).toBe(false);
  });

  it("is given up while nobody has stored its new key", async () => {
    const { look, text, submit, address } = await begin("example", ["page"]);
    const secret = secretIn((await submit(`${address}/show`, await look())).body);
    await submit(`${address}/abandon`, await look());
    expect(await look()).toContain("This rotation was given up");
    expect([await works(text), await works(secret.reveal())]).toEqual([true, false]);
  });

  it("ends the grace period early on request, where Keywarden ends the old key", async () => {
    const { look, text, submit, address } = await begin("aforo", ["page"]);
    await submit(`${address}/stored`, await look());
    expect(await works(text)).toBe(true);
    await submit(`${address}/end-grace`, await look());
    expect(await look()).toContain("the old one has ended");
    expect(await works(text)).toBe(false);
    const theirs = await begin("aero2", ["page"]);
    await theirs.submit(`${theirs.address}/stored`, await theirs.look());
    const waiting = await theirs.look();
    expect(waiting).toContain("aero2 ends it by itself");
    expect(waiting).not.toContain("/end-grace");
    expect((await theirs.submit(`${theirs.address}/end-grace`, waiting)).statusCode).toBe(400);
  });

  it("shows its new key to no role that may not rotate, and to nobody without the session's mark", async () => {
    const { address, look, cookie } = await begin("aforo", ["page"]);
    const responder = await signInHere(server, "responder");
    await responder.unlock();
    const refused = await responder.submit(`${address}/show`, (await responder.get("/console")).body);
    expect(refused.statusCode).toBe(403);
    const forged = await server.app.http.inject({
      method: "POST",
      url: `${address}/show`,
      headers: { cookie, "content-type": "application/x-www-form-urlencoded" },
      payload: "csrf=x",
    });
    expect([forged.statusCode, forged.body.includes('class="key"')]).toEqual([403, false]);
    expect(await look()).toContain("waits for you");
  });

  it("is carried out for a session that is limited to some keys, which sees those alone", async () => {
    const made = await server.call("POST", "/v1/tokens", {
      body: { name: "limited", role: "operator", limits: { providers: ["aforo"] } },
    });
    const limited = await signInHere(server, "operator", made.json<{ token: string }>().token);
    await limited.unlock();
    const { key, text } = await server.issue("aforo", "secret", "production", { name: "shop" });
    const plan = flat((await limited.get(`/console/keys/${key.id}/rotate`)).body);
    expect(plan).not.toContain('href="/console/rotations"');
    const address = String((await limited.submit(`/console/keys/${key.id}/rotate`, plan)).headers.location);
    const look = async () => flat((await limited.get(address)).body);
    await limited.submit(`${address}/stored`, await look());
    await limited.submit(`${address}/end-grace`, await look());
    expect(await look()).toContain("the old one has ended");
    expect(await works(text)).toBe(false);
    const other = await begin("example", ["page"]);
    expect((await limited.get(other.address)).statusCode).toBe(404);
  });

  it("says that its journal cannot be read, rather than that there is none", async () => {
    const { get, address } = await begin("aforo", ["page"]);
    const journal = join(folder.path, "rotations", "journals", `${address.split("/").at(-1)}.jsonl`);
    appendFileSync(journal, "nonsense\n");
    expect((await get(address)).body).toContain("is not a journal entry");
    expect((await get("/console/rotations")).body).toContain("cannot be read");
  });

  it("offers no second rotation of a key beside one that is not done", async () => {
    const { key, get, address } = await begin("aforo", ["page"]);
    const page = (await get(`/console/keys/${key.id}/rotate`)).body;
    expect(page).toContain(address);
    expect(page).not.toContain('class="main">Rotate<');
  });
});
