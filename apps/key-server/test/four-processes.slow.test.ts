import { setTimeout as sleep } from "node:timers/promises";
import {
  makeInventoryClient,
  ManagementError,
  type InventoryClient,
  type ManagedKey,
} from "@keywarden/management";
import type { Secret } from "@keywarden/key-format";
import { expect, onTestFinished, test } from "vitest";
import { startServers, withoutPostgres, type SharingServer } from "./start-servers.ts";

const isLong = Number(process.env["SLOW"] ?? 0) > 0;
const input = { provider: "example", name: "a", kind: "secret", environment: "production" } as const;

interface Asked {
  readonly server: number;
  readonly sentMs: number;
  readonly answeredMs: number;
  readonly isValid: boolean;
}

/** Verifies on every server without a pause until it is stopped; gives what was answered when. */
function keepVerifying(servers: readonly SharingServer[], token: Secret, secret: Secret, each = 1) {
  const stopping = new AbortController();
  const asked: Asked[] = [];
  const init = {
    method: "POST",
    headers: { authorization: `Bearer ${token.reveal()}`, "content-type": "application/json" },
    body: JSON.stringify({ key: secret.reveal(), ip: "192.0.2.7" }),
  };
  const work = servers.flatMap(({ url }, server) =>
    Array.from({ length: each }, async () => {
      while (!stopping.signal.aborted) {
        const sentMs = performance.now();
        const answer = await fetch(`${url}/v1/keys/verify`, init).catch(() => null);
        // A token that has ended opens nothing, and neither does a server that cannot say.
        const isValid = answer?.ok === true && ((await answer.json()) as { valid: boolean }).valid;
        asked.push({ server, sentMs, answeredMs: performance.now(), isValid });
      }
    }),
  );
  return {
    asked,
    stop: async () => {
      stopping.abort();
      await Promise.all(work);
      return asked;
    },
  };
}

/** What can happen to the ways by which changes are told, just before one is made. */
const troubles: Readonly<Record<string, (server: SharingServer) => void>> = {
  none: () => {},
  "the feed is cut": ({ way }) => way.cut("listeners"),
  "the feed falls silent": ({ way }) => way.fallSilent("listeners"),
  "all connections are cut": ({ way }) => way.cut(),
};

/** What ends a key, or what opens it. */
const acts: Readonly<
  Record<string, (admin: InventoryClient, key: ManagedKey, token: string) => Promise<unknown>>
> = {
  revoke: (admin, { id }) => admin.revoke(id),
  disable: (admin, { id }) => admin.disable(id),
  restrict: (admin, key) => admin.edit(key.id, { restrictions: { ipRanges: ["198.51.100.0/24"] } }, key),
  expire: async (admin, key) => {
    // A moment that has passed when a busy machine hears of it is refused.
    const expireIn = (aheadMs: number): Promise<unknown> =>
      admin.edit(key.id, { expiresAt: new Date(Date.now() + aheadMs).toISOString() }, key).then(
        () => sleep(aheadMs),
        (error: unknown) => {
          if (!(error instanceof ManagementError) || error.code !== "MANAGEMENT_BAD_REQUEST") throw error;
          return expireIn(2 * aheadMs);
        },
      );
    await expireIn(1000);
  },
  rotate: (admin, { id, generation }) => admin.rotate(id, { expectedGeneration: generation }),
  "revoke the verifier's token": (admin, _key, token) => admin.revokeToken(token),
};

test.skipIf(withoutPostgres !== "")(
  `what one of four processes ends, no process lets in once that is answered, also while the feed is lost${withoutPostgres}`,
  async () => {
    const servers = await startServers(4);
    const [first] = servers;
    if (first === undefined) throw new Error("no server");
    const clients = servers.map(({ url }) =>
      makeInventoryClient({ baseUrl: url, token: first.token, timeoutMs: 90_000 }),
    );
    let round = 0;
    for (const [which, [trouble, make]] of Object.entries(troubles).entries()) {
      for (const [act, end] of Object.entries(acts).filter(
        (_, index) => isLong || (index + which) % 2 === 0,
      )) {
        for (let again = 0; again < (isLong ? 5 : 1); again += 1) {
          const at = round % servers.length;
          const admin = clients[at];
          if (admin === undefined) throw new Error("no client");
          round += 1;
          const { key, secret } = await admin.create(input);
          const verifier = await admin.createToken({ name: `round ${round}`, role: "verifier" });
          const verifying = keepVerifying(servers, verifier.token, secret);
          const has = (count: number, isValid: boolean, afterMs = 0) =>
            servers.every(
              (_, server) =>
                verifying.asked.filter(
                  (one) => one.server === server && one.isValid === isValid && one.sentMs > afterMs,
                ).length >= count,
            );
          // All of them remember the key by now, or are as certain as they get.
          await expect.poll(() => has(5, true), { interval: 5 }).toBe(true);
          for (const [index, server] of servers.entries()) if (index !== at) make(server);
          await end(admin, key, verifier.id);
          const endedMs = performance.now();
          await expect.poll(() => has(3, false, endedMs), { interval: 5 }).toBe(true);
          for (const { way } of servers) way.speakAgain();
          const asked = await verifying.stop();
          const late = asked.filter(({ sentMs, isValid }) => isValid && sentMs > endedMs);
          expect(late, `${act} while ${trouble}`).toEqual([]);
        }
      }
    }
    // A key that is opened works everywhere, too.
    const { key, secret } = (await clients[0]?.create(input)) ?? {};
    if (key === undefined || secret === undefined) throw new Error("no key");
    await clients[1]?.disable(key.id);
    await clients[2]?.enable(key.id);
    const verifying = keepVerifying(servers, first.token, secret);
    await expect.poll(() => verifying.asked.length, { interval: 5 }).toBeGreaterThan(20);
    expect((await verifying.stop()).filter(({ isValid }) => !isValid)).toEqual([]);
  },
);

test.skipIf(withoutPostgres !== "")(
  `in no stretch of a window's length do four processes let more than the limit in${withoutPostgres}`,
  async () => {
    const servers = await startServers(4);
    const [first] = servers;
    if (first === undefined) throw new Error("no server");
    const admin = makeInventoryClient({ baseUrl: first.url, token: first.token, timeoutMs: 90_000 });
    const limit = { requests: 40, windowSeconds: 2 };
    const windows = isLong ? 15 : 4;
    const { secret } = await admin.create({ ...input, restrictions: { rateLimits: [limit] } });
    const verifying = keepVerifying(servers, first.token, secret, 2);
    onTestFinished(async () => void (await verifying.stop()));
    await expect
      .poll(() => verifying.asked.filter(({ isValid }) => isValid).length)
      .toBeGreaterThanOrEqual(40);
    // A process that dies takes no count with it, and the loss of the feed changes none.
    await servers[3]?.program.stop("SIGKILL");
    servers[2]?.way.cut("listeners");
    servers[1]?.way.fallSilent("listeners");
    const enough = limit.requests * windows;
    const isEnough = () => verifying.asked.filter(({ isValid }) => isValid).length >= enough;
    await expect.poll(isEnough, { timeout: 100_000 + windows * 10_000, interval: 20 }).toBe(true);
    const allowed = (await verifying.stop()).filter(({ isValid }) => isValid);
    // Each was let in between its question and its answer, so these are within one window for certain.
    const most = Math.max(
      ...allowed.map(({ sentMs }) => {
        const untilMs = sentMs + limit.windowSeconds * 1000;
        return allowed.filter((one) => one.sentMs >= sentMs && one.answeredMs <= untilMs).length;
      }),
    );
    expect(most).toBeLessThanOrEqual(limit.requests);
  },
);
