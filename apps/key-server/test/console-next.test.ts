import type { FoundExposure } from "@keywarden/inventory";
import { builtInProviders } from "@keywarden/key-format";
import { ManagementError, type Role } from "@keywarden/management";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { policySchema, type Policy } from "../src/policy/policy.ts";
import { makeServer, type TestServer } from "./make-server.ts";
import { ownProvider } from "./own-provider.ts";

let server: TestServer;
let answer: () => readonly FoundExposure[];
let asked = 0;
beforeAll(async () => {
  server = await makeServer({
    readExposures: async () => {
      asked += 1;
      return answer();
    },
  });
});
beforeEach(() => {
  // What was asked before is forgotten.
  server.clock.advance(10_000);
  asked = 0;
  answer = () => [];
});
afterAll(() => server[Symbol.asyncDispose]());

async function signIn(of: TestServer, role: Role = "admin") {
  const signedIn = await of.app.http.inject({
    method: "POST",
    url: "/console/sign-in",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    payload: new URLSearchParams({ token: await of.tokenFor(role) }).toString(),
  });
  const cookie = String(signedIn.headers["set-cookie"]).split(";")[0] ?? "";
  return async (url: string) =>
    (await of.app.http.inject({ method: "GET", url, headers: { cookie } })).body.replaceAll(/\s+/g, " ");
}

const exposureOf = (keyId: string): FoundExposure => ({
  id: "1",
  keyId,
  redacted: "sk_live_…",
  provider: "aforo",
  repository: "acme/<b>web</b>",
  visibility: "public",
  state: "held",
  because: "somebody is asked",
  where: "a.env:1",
  firstSeenAtMs: server.clock() - 60_000,
});

describe("the console's Next", () => {
  it("says of a provider that only another server describes that it does not know what it asks for", async () => {
    await using other = await makeServer({ providers: [...builtInProviders, ownProvider] });
    await other.issue("orchard", "secret", "production");
    const sentence = "what orchard asks for (this server does not know the provider,";
    expect(await (await signIn(other))("/console")).not.toContain(sentence);
    await other.app.reload({ providers: builtInProviders });
    expect(await (await signIn(other))("/console")).toContain(sentence);
  });

  it("leads whoever may not do it to the key, and not to a page that refuses them", async () => {
    const { key } = await server.issue("aforo", "secret", "production", { name: "loose" });
    answer = () => [exposureOf(key.id)];
    const address = `/console/keys/${key.id}`;
    expect(await (await signIn(server, "responder"))("/console")).toContain(
      `<a href="${address}/revoke" aria-label="revoke: loose">revoke</a`,
    );
    expect(await (await signIn(server, "reader"))("/console")).toContain(
      `<a href="${address}" aria-label="look: loose">look</a`,
    );
  });

  it("leads with what the App found, and asks the App once for many pages", async () => {
    const { key } = await server.issue("aforo", "secret", "production");
    answer = () => [exposureOf(key.id), { ...exposureOf("nobody's"), keyId: null }];
    const get = await signIn(server);
    const page = await get("/console");
    expect(page).toContain("exposed: found 1m ago in acme/&lt;b&gt;web&lt;/b&gt;, and it still works");
    expect(page).toContain("Not looked at: departures (no one is named in the server&#39;s --policy).");
    expect(await get(`/console/keys/${key.id}/revoke`)).toContain("EXPOSED in acme/&lt;b&gt;web&lt;/b&gt;");
    expect(asked).toBe(1);
  });

  it("takes from the policy who has left, and says that there is nothing to do only where all was looked at", async () => {
    await using other = await makeServer({
      readExposures: async () => [],
      policy: policySchema.parse({ departed: ["Bob@acme.com"] }) as Policy,
    });
    await other.issue("aforo", "secret", "production");
    const get = await signIn(other);
    expect(await get("/console")).toContain("There is nothing to do.");
    await other.issue("aforo", "secret", "production", { owner: "bob@acme.com" });
    expect(await get("/console")).toContain("bob@acme.com has left, nobody says when, and may know it");
  });

  it("names what it could not look at: never a silent all-clear", async () => {
    answer = () => {
      throw new ManagementError("MANAGEMENT_UNREACHABLE", "nothing answers at app.example");
    };
    const { key } = await server.issue("aforo", "secret", "production");
    const get = await signIn(server);
    expect(await get("/console")).toContain("Not looked at: exposures (nothing answers at app.example)");
    const revoke = await get(`/console/keys/${key.id}/revoke`);
    expect(revoke).toContain("exposure not known");
    expect(revoke).toContain("no calls");
    await using alone = await makeServer();
    expect(await (await signIn(alone))("/console")).toContain("Not looked at: exposures (no --app-url)");
  });

  it("shows rotations of which a step failed, and those that nobody continues", async () => {
    const [failing, left] = [
      await server.issue("azotte", "secret", "production"),
      await server.issue("azotte", "secret", "production"),
    ];
    for (const [id, { key }] of [
      ["rotation-1", failing],
      ["rotation-2", left],
    ] as const)
      await server.call("POST", "/v1/rotations", {
        body: { id, keyId: key.id, sinks: ["env"], leaseSeconds: 60 },
      });
    await server.call("PATCH", "/v1/rotations/rotation-1", {
      body: { step: "deliver", failure: "SINK_UNAVAILABLE" },
    });
    const get = await signIn(server);
    const early = await get("/console");
    expect(early).toContain("a rotation stopped just now: it could not deliver");
    expect(early).not.toContain("nobody continues it");
    server.clock.advance(61_000);
    expect(await get("/console")).toContain("nobody continues it, and the next step is planned");
  });
});

describe("a key that is being replaced", () => {
  it("is marked by the successor that is on another page, by a rotation in progress, and by nothing that has ended", async () => {
    const { key: old } = await server.issue("example", "secret", "sandbox", { name: "taken-over" });
    const { key: turning } = await server.issue("example", "secret", "sandbox", { name: "turning" });
    const get = await signIn(server);
    const marks = async () => {
      const pages = [
        "/console/keys?q=name%3Ataken-over",
        "/console/keys?q=name%3Aturning",
        `/console/keys/${old.id}`,
      ];
      const bodies = await Promise.all(pages.map(get));
      return bodies.map((body) => body.includes("being replaced"));
    };
    expect(await marks()).toEqual([false, false, false]);
    const { key: next } = await server.issue("example", "secret", "sandbox", {
      name: "next",
      replaces: old.id,
    });
    await server.call("POST", "/v1/rotations", {
      body: { id: "rotation-9", keyId: turning.id, sinks: ["env"], leaseSeconds: 60 },
    });
    expect(await marks()).toEqual([true, true, true]);
    await server.call("POST", `/v1/keys/${next.id}/revoke`, { body: {} });
    await server.call("PATCH", "/v1/rotations/rotation-9", { body: { outcome: "abandoned" } });
    expect(await marks()).toEqual([false, false, false]);
  });
});
