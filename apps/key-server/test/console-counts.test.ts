import { afterAll, beforeAll, expect, it } from "vitest";
import { makeServer, type TestServer } from "./make-server.ts";
import { signInHere } from "./sign-in-here.ts";

const DAY_MS = 86_400_000;
const pages: Readonly<Record<string, string>> = {
  aforo: "/aforo/admin/api-keys",
  aero2: "/aero2/dashboard/api-keys",
  example: "/example/settings/api-keys",
  azotte: "/azotte/developer-settings",
  "aurora-solar": "/aurora-solar/settings/api/tokens",
};
let server: TestServer;
let get: (url: string) => Promise<string>;

// Of each provider: one key that works, one that was revoked, one that has expired, one that is disabled.
beforeAll(async () => {
  server = await makeServer();
  for (const provider of Object.keys(pages)) {
    const kind = provider === "aurora-solar" ? "restricted" : "secret";
    const make = (name: string, extra: Record<string, unknown> = {}) =>
      server.issue(provider, kind, "production", {
        name: `${provider} ${name}`,
        ...(kind === "restricted" && { permissions: ["list_projects"] }),
        ...extra,
      });
    const { text } = await make("working");
    await server.call("POST", "/v1/keys/verify", { body: { key: text } });
    const revoked = await make("revoked");
    await server.call("POST", `/v1/keys/${revoked.key.id}/revoke`);
    await make("expired", { expiresAt: new Date(server.clock() + DAY_MS).toISOString() });
    const disabled = await make("disabled", { owner: "ada" });
    await server.call("POST", `/v1/keys/${disabled.key.id}/disable`);
  }
  await server.app.flush();
  server.clock.advance(120 * DAY_MS);
  const session = await signInHere(server);
  get = async (url) => (await session.get(url)).body.replaceAll("&amp;", "&").replaceAll(/\s+/g, " ");
});
afterAll(() => server[Symbol.asyncDispose]());

/** How many keys the list at an address shows. */
async function countAt(address: string): Promise<number> {
  const page = await get(address);
  return Number(/to [\d,]+ of ([\d,]+) keys?/.exec(page)?.[1] ?? 0);
}

it("counts on Next what the list behind each number shows", async () => {
  const next = await get("/console");
  const numbers = [...next.matchAll(/<a href="([^"]+)"><b>(\d+)<\/b> ([^<]+)<\/a>/g)];
  expect(numbers.map(([, , , word]) => word)).toContain("never used");
  for (const [, address = "", number, word] of numbers)
    expect([word, await countAt(address)]).toEqual([word, Number(number)]);
  expect(next).toMatch(/of 10 working keys need something/);
});

it.each(Object.entries(pages))(
  "counts on %s's page what the list behind each number shows",
  async (_, path) => {
    const page = await get(path);
    const numbers = [...page.matchAll(/<a href="([^"]+)" aria-label="([^"]+)">(none|(\d+) of (\d+))<\/a>/g)];
    expect(numbers.length).toBeGreaterThan(2);
    for (const [, address = "", says, , number = "0", of = "2"] of numbers) {
      expect([says, await countAt(address), Number(of)]).toEqual([says, Number(number), 2]);
    }
  },
);

it("has in a provider's audit log what was done to its keys, and nothing of another's", async () => {
  const page = await get(`${pages["aero2"]}/audit`);
  const subjects = [...page.matchAll(/title="(key_[0-9a-f]+)"/g)].map(([, id]) => id);
  expect(page).toContain("key.revoked");
  expect(page).not.toContain("token.created");
  const { keys } = (await server.call("GET", "/v1/keys?provider=aero2")).json<{ keys: { id: string }[] }>();
  const own = new Set(keys.map(({ id }) => id));
  expect(subjects.length).toBeGreaterThan(5);
  expect(subjects.filter((id) => !own.has(id ?? ""))).toEqual([]);
  const { entries } = (await server.call("GET", "/v1/audit?provider=aero2&limit=1000")).json<{
    entries: { provider: string }[];
  }>();
  expect(new Set(entries.map(({ provider }) => provider))).toEqual(new Set(["aero2"]));
});

it("says that a filter finds nothing, rather than that there is nothing", async () => {
  expect(await get("/console/audit?action=key.rotated&provider=azotte")).toContain("No entry matches.");
  const mistyped = await get("/console/audit?actor=token:nobody");
  expect(mistyped).toContain("there is no such token, key or program");
  expect(mistyped).toMatch(/name="actor" type="text" value="token:nobody"/);
  expect(await get("/console/alerts?severity=high")).toContain("Nothing matches.");
  const page = await get(`${pages["aforo"]}/alerts`);
  expect(page).toContain("Attempts with keys that nobody issued are on Alerts.");
});
