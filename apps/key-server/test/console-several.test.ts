import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryDirectory, type TemporaryDirectory } from "@keywarden/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeServer, type TestServer } from "./make-server.ts";
import { signInHere } from "./sign-in-here.ts";

let folder: TemporaryDirectory;
let server: TestServer;
let session: Awaited<ReturnType<typeof signInHere>>;

beforeAll(async () => {
  folder = makeTemporaryDirectory();
  const sinks = [
    { name: "Each its own", target: "env:{name}.env#API_KEY" },
    { name: "One for all", target: "env:all.env#API_KEY" },
  ];
  server = await makeServer({
    rotations: { directory: folder.path, sinks: { directory: folder.path, sinks }, env: {} },
  });
  session = await signInHere(server);
  await session.unlock();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder.remove();
});

const make = async (...names: readonly string[]) =>
  Promise.all(names.map((name) => server.issue("example", "secret", "production", { name })));
const flat = (text: string) => text.replaceAll(/\s+/g, " ");
const many = (index: number) => Array.from({ length: 8 }, (_, each) => `bulk-${index}-${each}`);
const stateOf = async (id: string) =>
  (await server.call("GET", `/v1/keys/${id}`)).json<{ state: string; tags: string[] }>();
const planOf = async (act: string, ids: readonly string[], more: Record<string, string> = {}) => {
  const query = new URLSearchParams([
    ["act", act],
    ...Object.entries(more),
    ...ids.map((id): [string, string] => ["key", id]),
  ]);
  return (await session.get(`/console/several?${query.toString()}`)).body;
};
const post = (page: string, more: Record<string, string> = {}) =>
  session.submit("/console/several", page, more);

it("offers a mark on every key that works, and the acts of the role", async () => {
  const [one] = await make("marked");
  const list = (await session.get("/console/keys")).body;
  expect(list).toContain(`aria-label="Mark marked"`);
  for (const act of ["Rotate", "Tag", "Disable", "Revoke"])
    expect(list).toContain(`<button name="act" value="${act.toLowerCase()}">${act}</button>`);
  const reader = await signInHere(server, "reader");
  const read = (await reader.get("/console/keys")).body;
  expect([read.includes('class="mark"'), read.includes("/console/several")]).toEqual([false, false]);
  expect(
    (await reader.submit("/console/several", await planOf("disable", [one?.key.id ?? ""]))).statusCode,
  ).toBe(403);
});

it("offers no mark and no act while the session is locked, and says how to get them", async () => {
  const locked = await signInHere(server, "responder");
  const list = (await locked.get("/console/keys")).body;
  expect([list.includes('class="mark"'), list.includes("/console/several")]).toEqual([false, false]);
  expect(list).toContain("Unlock changes to mark keys and to disable or revoke several at once.");
  await locked.unlock();
  const unlocked = (await locked.get("/console/keys")).body;
  expect([unlocked.includes('value="disable"'), unlocked.includes('value="rotate"')]).toEqual([true, false]);
});

it("revokes several once their number is typed, and says of each what became of it", async () => {
  const keys = await make("a1", "a2");
  const ids = keys.map(({ key }) => key.id);
  const page = await planOf("revoke", ids);
  for (const said of ["Type revoke 2 keys", "no way back", "24 hours", "Exposure", "nobody"])
    expect(page).toContain(said);
  expect((await post(page, { typed: "revoke 3 keys" })).statusCode).toBe(400);
  expect((await stateOf(ids[0] ?? "")).state).toBe("active");
  // One of them changes behind the page, and is left alone.
  await server.call("POST", `/v1/keys/${ids[1]}/rotate`, { headers: { "if-match": '"1"' } });
  const done = (await post(page, { typed: "revoke 2 keys" })).body;
  expect(done).toContain("revoked");
  const states = await Promise.all(ids.map(stateOf));
  expect(states.map(({ state }) => state)).toEqual(["revoked", "active"]);
});

it("adds tags to several and takes none away, and disables several", async () => {
  const ids = (await make("t1", "t2")).map(({ key }) => key.id);
  await post(await planOf("tag", ids), { tags: "pci, eu" });
  await post(await planOf("tag", ids), { tags: "eu, old" });
  expect((await stateOf(ids[0] ?? "")).tags).toEqual(["pci", "eu", "old"]);
  await post(await planOf("disable", ids));
  expect((await Promise.all(ids.map(stateOf))).map(({ state }) => state)).toEqual(["disabled", "disabled"]);
});

it("rotates several to sinks of their own, and never two keys to one sink", async () => {
  const keys = await make("r1", "r2");
  const ids = keys.map(({ key }) => key.id);
  const one = await planOf("rotate", ids, { to: "One for all" });
  expect(one).toContain("its sink is for r1 already");
  expect(one.match(/name="key" value="key_\w+ /g)).toHaveLength(1);
  const own = await planOf("rotate", ids, { to: "Each its own" });
  const done = (await post(own)).body;
  expect(done.match(/its rotation has begun/g)).toHaveLength(2);
  const [first, second] = ["r1", "r2"].map((name) => readFileSync(join(folder.path, `${name}.env`), "utf8"));
  expect(first).not.toBe(second);
  expect((await Promise.all(ids.map(stateOf))).map(({ state }) => state)).toEqual(["revoked", "revoked"]);
});

it("gives old keys the grace period that is asked for, where their provider does not decide it", async () => {
  const ours = await server.issue("aforo", "secret", "production", { name: "g1" });
  const theirs = await server.issue("aero2", "secret", "production", { name: "g2" });
  const ids = [ours.key.id, theirs.key.id];
  const usual = flat(await planOf("rotate", ids));
  expect(usual).toContain("when empty, what its provider says. Aero2 decides it by itself.");
  expect(usual).toContain("The old key works for 5 min beside the new one");
  const none = flat(await planOf("rotate", ids, { grace: "0" }));
  expect(none).toMatch(/class="danger wrap"[^>]*>[^<]*The old key stops at once/);
  expect(none).toContain("The old key works for 24 h beside the new one");
  expect(flat(await planOf("rotate", ids, { grace: "2592001" }))).toContain("at most 30 days");
  const page = await planOf("rotate", ids, { grace: "7200" });
  expect(page).toContain("The old key works for 2 h beside the new one");
  const done = (await post(page)).body;
  expect(done.match(/its rotation has begun/g)).toHaveLength(2);
  const { rotations } = (await server.call("GET", "/v1/rotations?state=open")).json<{
    rotations: { id: string; keyId: string }[];
  }>();
  const { id } = rotations.find(({ keyId }) => keyId === ours.key.id) ?? { id: "" };
  await session.submit(
    `/console/rotations/${id}/stored`,
    (await session.get(`/console/rotations/${id}`)).body,
  );
  expect((await session.get(`/console/rotations/${id}`)).body).toContain(">2h<");
});

it("changes all that match, on every page, and lists each of them before", async () => {
  await Promise.all(Array.from({ length: 13 }, async (_, index) => make(...many(index))));
  const listed = flat((await session.get("/console/keys?q=bulk-")).body);
  expect(listed).toContain("1 to 100 of 104 keys");
  expect(listed).toContain('name="every" value="bulk-" /> All 104 keys that match and work, on every page');
  const page = (await session.get("/console/several?act=disable&every=bulk-")).body;
  expect(page).toContain("Disable 104 keys");
  for (const name of ["bulk-0-0", "bulk-12-7"]) expect(page).toContain(name);
  const done = (await post(page)).body;
  expect(done.match(/>disabled</g)).toHaveLength(104);
  // A plan with sinks is asked for by the query again: the address of so many keys would be too long.
  const plan = (await session.get("/console/several?act=rotate&every=bulk-0&to=page")).body;
  expect(plan).toContain('<input type="hidden" name="every" value="bulk-0" />');
});

it("marks only what is of the provider on the provider's own page", async () => {
  await server.issue("aforo", "secret", "production", { name: "same-name" });
  await server.issue("aforo", "secret", "production", { name: "same-name too" });
  await server.issue("example", "secret", "production", { name: "same-name other" });
  const listed = (await session.get("/aforo/admin/api-keys?q=same-name")).body;
  expect(flat(listed)).toContain("All 2 keys that match and work</label");
  expect(listed).toContain('<input type="hidden" name="provider" value="aforo" />');
  const page = (await session.get("/console/several?act=disable&every=same-name&provider=aforo")).body;
  expect(page).toContain("Disable 2 keys");
  expect(page).not.toContain("same-name other");
});

it("refuses a query that cannot be read, and one that nothing passes", async () => {
  for (const [every, why] of [
    ["colour:red", "colour"],
    ["no-such-key", "no key that works is marked"],
  ] as const) {
    const refused = await session.get(`/console/several?act=revoke&every=${every}`);
    expect([refused.statusCode, refused.body.includes(why)]).toEqual([400, true]);
  }
});
