import { makeInventoryClient, type InventoryClient, type ManagedKey } from "@keywarden/management";
import { makeRememberingVerifier } from "@keywarden/verifier";
import { expect, onTestFinished, test } from "vitest";
import { startServers, withoutPostgres, type SharingServer } from "./start-servers.ts";

const isLong = Number(process.env["SLOW"] ?? 0) > 0;
const stalenessMs = 1000;
const input = { provider: "example", name: "a", kind: "secret", environment: "production" } as const;

/** What becomes of the verifier's questions for changes. */
type Feed = "answers" | "fails" | "hangs";

interface Trouble {
  readonly feed?: Feed;
  readonly atServer?: (server: SharingServer) => unknown;
}

const troubles: Readonly<Record<string, Trouble>> = {
  "nothing is wrong": {},
  "the verifier's feed fails": { feed: "fails" },
  "the verifier's feed hangs": { feed: "hangs" },
  "the servers' feeds are cut": { atServer: ({ way }) => way.cut("listeners") },
  "the servers' feeds fall silent": { atServer: ({ way }) => way.fallSilent("listeners") },
  "the servers lose the database": { atServer: ({ way }) => way.cut() },
};

const acts: Readonly<Record<string, (admin: InventoryClient, key: ManagedKey) => Promise<unknown>>> = {
  revoke: (admin, { id }) => admin.revoke(id),
  disable: (admin, { id }) => admin.disable(id),
  restrict: (admin, key) => admin.edit(key.id, { restrictions: { ipRanges: ["198.51.100.0/24"] } }, key),
};

test.skipIf(withoutPostgres !== "")(
  `an API that remembers keys of three processes lets none in once its bound is over, whatever is lost${withoutPostgres}`,
  async () => {
    const servers = await startServers(3);
    const [first, ...others] = servers;
    if (first === undefined) throw new Error("no server");
    const admin = makeInventoryClient({ baseUrl: first.url, token: first.token, timeoutMs: 90_000 });
    const { token } = await admin.createToken({ name: "api", role: "verifier" });
    let feed: Feed = "answers";
    let asked = 0;
    let turn = 0;
    const verifier = makeRememberingVerifier({
      baseUrl: "https://keys.example",
      token,
      stalenessMs,
      // As behind a load balancer: each question goes to the next of them.
      fetch: (url, init) => {
        const { pathname, search } = new URL(url instanceof Request ? url.url : url);
        turn += 1;
        const { url: base } = servers[turn % servers.length] ?? first;
        if (pathname === "/v1/keys/verify") asked += 1;
        else if (feed === "fails") return Promise.reject(new TypeError("fetch failed"));
        else if (feed === "hangs")
          return new Promise((_, reject) =>
            init?.signal?.addEventListener("abort", () => reject(new TypeError("fetch failed"))),
          );
        return fetch(`${base}${pathname}${search}`, init);
      },
    });
    onTestFinished(() => verifier[Symbol.dispose]());

    for (const [which, [name, { feed: becomes = "answers", atServer = () => {} }]] of Object.entries(
      troubles,
    ).entries())
      for (const [act, end] of Object.entries(acts).filter(
        (_, index) => isLong || index === which % Object.keys(acts).length,
      )) {
        const { key, secret } = await admin.create(input);
        // A server that cannot say is no yes.
        const isLetIn = () =>
          verifier.verify({ text: secret.reveal(), ip: "192.0.2.7" }).then(
            ({ ok }) => ok,
            () => false,
          );
        const isRemembered = async () => {
          const before = asked;
          return (await isLetIn()) && asked === before;
        };
        await expect.poll(isRemembered, { interval: 20 }).toBe(true);
        feed = becomes;
        for (const server of others) atServer(server);
        await end(admin, key);
        const endedMs = performance.now();
        const late: number[] = [];
        for (let sentMs = endedMs; sentMs < endedMs + 3 * stalenessMs; sentMs = performance.now())
          if ((await isLetIn()) && sentMs > endedMs + stalenessMs) late.push(sentMs - endedMs);
        expect(late, `${act} while ${name}`).toEqual([]);
        feed = "answers";
        for (const { way } of servers) way.speakAgain();
      }
  },
);
