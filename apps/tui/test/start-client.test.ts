import { Secret } from "@keywarden/key-format";
import { describe, expect, it } from "vitest";
import { firstPage } from "../src/effects/load-inventory.ts";
import { startClient } from "../src/effects/start-client.ts";
import { makeSessionClock } from "@keywarden/inventory";

describe("the first questions", () => {
  it("are asked before anybody asks, the position in the feed before the keys, and are answered once", async () => {
    const asked: string[] = [];
    const answer: typeof fetch = (input) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      asked.push(pathname);
      const isFeed = pathname === "/v1/changes";
      const feed = { changes: [], keys: [], nextAfter: 7, hasMore: false };
      return Promise.resolve(Response.json(isFeed ? feed : { keys: [], nextCursor: null, total: 0 }));
    };
    const started = startClient(
      { server: "http://127.0.0.1:1", token: new Secret("token") },
      answer,
      makeSessionClock(
        () => 0,
        () => 0,
      ),
    );
    await started.client.list({ limit: firstPage });
    expect(asked).toEqual(["/v1/changes", "/v1/keys"]);
    expect((await started.client.changes()).nextAfter).toBe(7);
    expect(asked).toHaveLength(2);
    await started.client.changes();
    await started.client.list({ limit: firstPage });
    expect(asked).toEqual(["/v1/changes", "/v1/keys", "/v1/changes", "/v1/keys"]);
    const told: string[] = [];
    started.listen((event) => told.push(event.kind));
    expect(told).toEqual(["call", "call", "call", "call"]);
  });
});
