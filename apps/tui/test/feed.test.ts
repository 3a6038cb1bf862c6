import { once } from "node:events";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { makeJudge, makeKeyRow } from "@keywarden/inventory";
import { fetchOverHttp } from "../src/effects/fetch-over-http.ts";
import { providersOf, Secret } from "@keywarden/key-format";
import {
  makeInventoryClient,
  type ChangePage,
  type ManagedKey,
  type ManagementError,
} from "@keywarden/management";
import { makeInventory, makeManagedKey, inventoryNowMs as nowMs } from "@keywarden/testing";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { addRun, makeOrder, mergeRuns } from "../src/list/order-rows.ts";
import { keysScreen } from "../src/screens/keys-screen.ts";
import type { Screen } from "../src/screens/screen.ts";
import { rebuild } from "../src/state/rows/show-rows.ts";
import { drive, type Driven } from "./drive.ts";

const keys = makeInventory(60);

function pageOf(changed: readonly ManagedKey[], nextAfter = 8): ChangePage {
  const at = new Date(nowMs).toISOString();
  return {
    changes: changed.map(({ id, provider }, index) => ({
      sequence: index + 1,
      at,
      kind: "key",
      id,
      action: "key.edited",
      actor: "token:ada",
      keyId: id,
      provider,
    })),
    keys: [...changed],
    nextAfter,
    hasMore: false,
  };
}

function follow(screen: "keys" | "next" = "keys"): Driven {
  const driven = drive({ screen });
  driven.send({ kind: "start" });
  driven.send({ kind: "feed-begun", after: 7 });
  driven.load(keys);
  return driven;
}

const watches = ({ effects }: Driven) => effects.filter(({ kind }) => kind === "watch");

describe("the feed of changes", () => {
  it("is followed from where it stood before the inventory was read, one question at a time", () => {
    const driven = follow();
    driven.wait(1000);
    expect(watches(driven)).toEqual([{ kind: "watch", after: 7 }]);
    driven.wait(1000);
    expect(watches(driven)).toHaveLength(1);
    driven.send({ kind: "changes", page: pageOf([], 9) });
    driven.wait(1000);
    expect(watches(driven).at(-1)).toEqual({ kind: "watch", after: 9 });
    expect(driven.effects.filter(({ kind }) => kind === "load")).toHaveLength(1);
    expect(driven.screen()).toContain(" live  within 2 s");
  });

  it("says the age of what is shown once no answer comes, and goes on showing it", () => {
    const driven = follow();
    driven.wait(1000);
    driven.wait(120_000);
    expect(driven.screen()).toContain("as of 2m ago");
    driven.send({ kind: "feed-failed", failure: { message: "no answer", advice: "Wait." } });
    expect(driven.screen()).toContain("! not live: as of 2m ago");
    expect(driven.keys).toHaveLength(60);
  });

  it("keeps the cursor on its key, and puts new keys where they belong", () => {
    const driven = follow();
    driven.press("N", "j", "j");
    const chosen = driven.keys[driven.state.list.viewport.cursor]?.id;
    driven.send({ kind: "changes", page: pageOf([makeManagedKey({ id: "new", name: "a-first" })]) });
    expect(driven.keys[driven.state.list.viewport.cursor]?.id).toBe(chosen);
    expect(driven.keys[0]?.id).toBe("new");
    expect(driven.state.totals.keys).toBe(61);
  });

  it("tells a pane that its key was revoked by somebody else", () => {
    const driven = follow();
    driven.press("enter");
    const [first] = driven.keys;
    const told = keys.find(({ id }) => id === first?.id) ?? makeManagedKey();
    const revokedAt = new Date(nowMs).toISOString();
    driven.send({ kind: "changes", page: pageOf([{ ...told, state: "revoked", revokedAt }]) });
    expect(driven.screen()).toContain("revoked just now");
  });

  it("begins anew, with everything read again, where the server is another than the position is of", () => {
    const driven = follow();
    driven.wait(1000);
    driven.send({ kind: "changes", page: { ...pageOf([], 9), mark: "0123456789abcdef" } });
    driven.wait(1000);
    expect(watches(driven).at(-1)).toEqual({ kind: "watch", after: 9, mark: "0123456789abcdef" });
    // While it was being restored it did not answer for a while.
    for (let times = 0; times < 4; times += 1)
      driven.send({ kind: "feed-failed", failure: { message: "it does not answer", advice: "" } });
    driven.wait(60_000);
    const refused = { message: "a restored backup", advice: "", isRefused: true };
    driven.send({ kind: "feed-failed", failure: refused });
    expect(driven.screen()).toContain("not live");
    expect(driven.screen()).toContain("What is shown is of the former one: everything is read again.");
    driven.wait(5000);
    const begun = driven.effects.filter(({ kind }) => kind === "begin-feed" || kind === "load");
    expect(begun.map(({ kind }) => kind)).toEqual(["begin-feed", "load", "begin-feed", "load"]);
    driven.send({ kind: "feed-begun", after: 3 });
    driven.load(keys.slice(0, 10));
    driven.wait(1000);
    expect(watches(driven).at(-1)).toEqual({ kind: "watch", after: 3 });
    expect(driven.keys).toHaveLength(10);
    expect(driven.screen()).toContain(" live ");
  });

  it("falls back to reading everything again at a server without one", () => {
    const driven = drive();
    driven.send({ kind: "start" });
    const failure = { message: "404", advice: "", isUnknown: true };
    driven.send({ kind: "feed-failed", failure });
    driven.load(keys);
    driven.wait(5000);
    expect(driven.effects.filter(({ kind }) => kind === "load")).toHaveLength(2);
  });

  it("leaves every list as it would be if it were built anew, whatever changes", () => {
    const change = fc.record({
      index: fc.integer({ min: 0, max: 70 }),
      name: fc.constantFrom("a", "m", "z"),
      isRevoked: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.constantFrom("keys" as const, "next" as const),
        fc.array(fc.array(change, { maxLength: 5 }), { maxLength: 5 }),
        (screen, batches) => {
          const driven = follow(screen);
          for (const batch of batches) {
            const changed = batch.map(({ index, name, isRevoked }) => {
              const base = keys[index] ?? makeManagedKey({ id: `new-${index}` });
              const end = isRevoked
                ? { state: "revoked" as const, revokedAt: new Date(nowMs).toISOString() }
                : {};
              return { ...base, name, ...end };
            });
            const once = [...new Map(changed.map((key) => [key.id, key])).values()];
            driven.send({ kind: "changes", page: pageOf(once) });
          }
          const anew = rebuild(driven.state);
          expect(driven.state.list.visible.length).toBe(anew.list.visible.length);
          expect(driven.state.list.visible).toEqual(anew.list.visible);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("runs of rows in order", () => {
  const judge = makeJudge(providersOf([]));
  const rows = makeInventory(200).map((key) => makeKeyRow(key, judge, nowMs));

  it("merge to what sorting all of them gives, however they arrive", () => {
    const screen = keysScreen as Screen;
    const order = makeOrder(screen, { column: "name", direction: "ascending" });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }), (sizes) => {
        let runs: readonly (readonly unknown[])[] = [];
        let from = 0;
        for (const size of sizes) {
          runs = addRun(runs, rows.slice(from, from + size).sort(order), order);
          from += size;
        }
        expect(mergeRuns(runs, order)).toEqual(rows.slice(0, from).sort(order));
      }),
    );
  });
});

describe("a key that is being replaced", () => {
  const rotationOf = (driven: Driven, name: string): string =>
    driven
      .screen()
      .split("\n")
      .find((line) => line.includes(` ${name} `)) ?? "";
  const old = makeManagedKey({ id: "old", name: "payments" });
  const successor = makeManagedKey({ id: "new", name: "payments-2", replaces: "old" });
  const revokedAt = new Date(nowMs).toISOString();

  it("is marked while a living key says that it takes over, whichever of the two is read first", () => {
    for (const first of [
      [old, successor],
      [successor, old],
    ]) {
      const driven = drive({ columns: 200 });
      driven.load(first);
      expect(rotationOf(driven, "payments")).toContain("being replaced, fresh");
      expect(rotationOf(driven, "payments-2")).not.toContain("being replaced");
      driven.send({ kind: "changes", page: pageOf([{ ...successor, state: "revoked", revokedAt }]) });
      expect(rotationOf(driven, "payments")).not.toContain("being replaced");
    }
  });

  it("is marked when a change tells of its successor, and as long as a rotation is in progress", () => {
    const driven = drive({ columns: 200 });
    driven.load([old, makeManagedKey({ id: "other", name: "mailer" })]);
    driven.send({ kind: "changes", page: pageOf([successor]) });
    expect(rotationOf(driven, "payments")).toContain("being replaced");
    const record = {
      id: "rotation-1",
      keyId: "other",
      keyName: "mailer",
      provider: "aforo",
      successorId: null,
      step: "deliver" as const,
      sinks: ["env"],
      failure: null,
      deadline: null,
      deadlineSeconds: null,
      leaseUntil: revokedAt,
      isLeased: true,
      startedAt: revokedAt,
      startedBy: "ada",
      changedAt: revokedAt,
      endedAt: null,
      outcome: null,
    };
    const tell = (value: readonly (typeof record)[]) =>
      driven.send({ kind: "source-read", source: "rotations", subject: null, value });
    tell([record]);
    expect(rotationOf(driven, "mailer")).toContain("being replaced");
    tell([]);
    expect(rotationOf(driven, "mailer")).not.toContain("being replaced");
    expect(rotationOf(driven, "payments")).toContain("being replaced");
  });
});

describe("the questions that are asked without fetch", () => {
  const problem = { code: "UNAUTHORIZED", title: "Unauthorized", detail: "no such token", status: 401 };
  const answers: Readonly<Record<string, (answer: ServerResponse) => void>> = {
    "a page": (answer) =>
      answer
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ keys: [makeManagedKey({ name: "支払い" })], nextCursor: null, total: 1 })),
    "a page that is compressed": (answer) =>
      answer
        .writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" })
        .end(gzipSync(JSON.stringify({ keys: [makeManagedKey()], nextCursor: null, total: 1 }))),
    "a compressed page that breaks off": (answer) => {
      answer.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      answer.write(gzipSync(JSON.stringify({ keys: [makeManagedKey()] })).subarray(0, 40), () =>
        answer.destroy(),
      );
    },
    "a refusal": (answer) =>
      answer
        .writeHead(401, { "content-type": "application/problem+json", "retry-after": "7" })
        .end(JSON.stringify(problem)),
    "a redirect": (answer) => answer.writeHead(302, { location: "https://example.org/" }).end(),
    "a page of something else": (answer) => answer.writeHead(200, { "content-type": "text/html" }).end("<p>"),
    "an answer that breaks off": (answer) => {
      answer.writeHead(200, { "content-length": "100" });
      answer.write("{", () => answer.destroy());
    },
    "no answer": (answer) => void answer.destroy(),
    "silence until the time is out": () => undefined,
  };

  /** Starts a server that answers so, and tells what it is asked. */
  async function serve(give: (answer: ServerResponse, asked: readonly string[]) => void) {
    const asked: string[] = [];
    const server = createServer((request, answer) => {
      const { method, url, headers } = request;
      void text(request).then((body) => {
        asked.push(`${method} ${url} ${headers.authorization} ${body}`.trim());
        give(answer, asked);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return { asked, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api` };
  }

  it.each(Object.entries(answers))("are told of %s as fetch is told of it", async (what, give) => {
    const timeoutMs = what.startsWith("silence") ? 100 : 60_000;
    const { asked, baseUrl } = await serve(give);
    const ask = (call: typeof fetch) =>
      makeInventoryClient({ baseUrl, token: new Secret("token"), fetch: call, timeoutMs })
        .list({ limit: 100 })
        .catch((error: unknown) => ({ ...(error as ManagementError), message: String(error) }));
    expect(await ask(fetchOverHttp)).toEqual(await ask(fetch));
    expect(asked).toEqual(Array(2).fill("GET /api/v1/keys?limit=100 Bearer token"));
  });

  it("are sent once more on a connection that has ended meanwhile, and changes are not", async () => {
    const key = makeManagedKey();
    const { asked, baseUrl } = await serve((answer, { length }) => {
      // The second call of each sort comes on the connection of the first, which has ended.
      if (length % 3 === 2) answer.destroy();
      else answer.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(key));
    });
    const client = makeInventoryClient({ baseUrl, token: new Secret("token"), fetch: fetchOverHttp });
    await client.show(key.id);
    expect(await client.show(key.id)).toMatchObject({ id: key.id });
    await client.show(key.id);
    const refused = await client.revoke(key.id).catch((error: unknown) => String(error));
    expect(refused).toContain("could not be reached");
    expect(asked.map((line) => line.split(" ")[0])).toEqual(["GET", "GET", "GET", "GET", "POST"]);
  });

  it("carry what is to be changed", async () => {
    const { asked, baseUrl } = await serve((answer) => answer.writeHead(500).end());
    const client = makeInventoryClient({ baseUrl, token: new Secret("token"), fetch: fetchOverHttp });
    await client.edit("key-1", { name: "支払い" }, { generation: 1, revision: 0 }).catch(() => undefined);
    expect(asked).toEqual(['PATCH /api/v1/keys/key-1 Bearer token {"name":"支払い"}']);
  });
});
