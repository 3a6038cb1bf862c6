import { Secret } from "@keywarden/key-format";
import { makeInventoryClient, makeManagementClient } from "@keywarden/management";
import { makeManagedKey } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { startScriptedServer } from "./scripted-server.ts";

const token = new Secret("kwt_" + "t0ken".repeat(8));
const json = { "content-type": "application/json" };

describe("a server that is well-formed and wrong", () => {
  test("and answers with another key than was asked for is not believed", async () => {
    await using server = await startScriptedServer((_request, response) => {
      response.writeHead(200, json).end(JSON.stringify(makeManagedKey({ id: "key_1" })));
    });
    const client = makeInventoryClient({ baseUrl: server.origin, token });
    expect(await client.show("key_1")).toMatchObject({ id: "key_1" });
    await expect(client.show("key_2")).rejects.toMatchObject({ code: "MANAGEMENT_BAD_ANSWER" });
  });

  test.each<[string, object]>([
    ["aforo", { id: "key_2", revoked: true, already_revoked: false }],
    ["aero2", { id: "key_2", revoked: true, already_revoked: false }],
    ["azotte", { id: "key_2", active: false, was_active: true }],
    ["aurora-solar", { api_key: { id: "key_2", revoked: true, already_revoked: false } }],
    ["standard", { key: makeManagedKey({ id: "key_2" }), outcome: "revoked" }],
  ])(
    "and says in the dialect %s that it has revoked another key is not believed",
    async (dialect, answer) => {
      await using server = await startScriptedServer((_request, response) => {
        response.writeHead(200, json).end(JSON.stringify(answer));
      });
      const client = makeManagementClient({ dialect, baseUrl: server.origin, token });
      expect(await client.revoke("key_2")).toEqual({ outcome: "revoked" });
      await expect(client.revoke("key_1")).rejects.toMatchObject({ code: "MANAGEMENT_BAD_ANSWER" });
    },
  );

  test("and has revoked another key, or token, than the operator named is not believed", async () => {
    const at = "2026-01-01T00:00:00.000Z";
    const told = { id: "tok_2", name: "ci", role: "reader", createdAt: at, expiresAt: null, revokedAt: at };
    await using server = await startScriptedServer(({ url = "" }, response) => {
      const about = url.includes("/tokens/")
        ? { token: { ...told, lastUsedAt: null, createdBy: "ann", revokedBy: "ann" } }
        : { key: makeManagedKey({ id: "key_2" }) };
      response.writeHead(200, json).end(JSON.stringify({ ...about, outcome: "revoked" }));
    });
    const client = makeInventoryClient({ baseUrl: server.origin, token });
    expect(await client.revoke("key_2")).toMatchObject({ outcome: "revoked" });
    expect(await client.revokeToken("tok_2")).toMatchObject({ outcome: "revoked" });
    await expect(client.revoke("key_1")).rejects.toThrow("the answer is about another key");
    await expect(client.revokeToken("tok_1")).rejects.toThrow("the answer is about another token");
  });

  test("and speaks no TLS on its port is told of in words", async () => {
    await using server = await startScriptedServer((_request, response) => void response.end());
    const client = makeInventoryClient({ baseUrl: server.origin.replace("http:", "https:"), token });
    await expect(client.list()).rejects.toMatchObject({
      code: "MANAGEMENT_UNREACHABLE",
      message: expect.stringContaining("that port does not speak TLS; write http://") as string,
    });
  });

  test("and has a port that nobody may ask is told of in words", async () => {
    const client = makeInventoryClient({ baseUrl: "https://localhost:6000", token });
    await expect(client.list()).rejects.toMatchObject({
      message: expect.stringContaining("no program may ask this port") as string,
    });
  });

  test.each(["list", "exportKeys"] as const)(
    "and names a page as its own next is left by %s",
    async (name) => {
      await using server = await startScriptedServer((_request, response) => {
        response.writeHead(200, json).end(JSON.stringify({ keys: [], nextCursor: "again" }));
      });
      const client = makeInventoryClient({ baseUrl: server.origin, token });
      expect(await client[name]()).toMatchObject({ nextCursor: "again" });
      await expect(client[name]({ cursor: "again" })).rejects.toMatchObject({
        code: "MANAGEMENT_BAD_ANSWER",
      });
    },
  );

  test.each<[what: string, page: (number: number) => object]>([
    ["empty pages", () => ({ keys: [] })],
    ["the same page", () => ({ keys: [makeManagedKey({ id: "key_1" })], total: 7 })],
    ["pages in a circle", (page) => ({ keys: [makeManagedKey({ id: `key_${page % 3}` })] })],
    [
      "more keys than it counts",
      (page) => ({
        keys: Array.from({ length: 3000 }, (_, at) => makeManagedKey({ id: `key_${page}_${at}` })),
        total: 5,
      }),
    ],
  ])("and invents new cursors for %s is left", async (_what, pageOf) => {
    let asked = 0;
    await using server = await startScriptedServer((_request, response) => {
      asked += 1;
      const page = { ...pageOf(asked), nextCursor: `cursor${asked}` };
      response.writeHead(200, json).end(JSON.stringify(page));
    });
    const client = makeInventoryClient({ baseUrl: server.origin, token });
    const readAll = async () => {
      let cursor: string | null = "";
      for (let pages = 0; cursor !== null && pages < 2000; pages += 1)
        cursor = (await client.list(cursor === "" ? {} : { cursor })).nextCursor;
    };
    await expect(readAll()).rejects.toMatchObject({
      code: "MANAGEMENT_BAD_ANSWER",
      message: expect.stringContaining("the list has no end") as string,
    });
  });

  test("is told from one whose filter leaves many pages empty", async () => {
    let asked = 0;
    await using server = await startScriptedServer((_request, response) => {
      asked += 1;
      const nextCursor = asked < 300 ? `cursor${asked}` : null;
      response.writeHead(200, json).end(JSON.stringify({ keys: [], nextCursor }));
    });
    const client = makeInventoryClient({ baseUrl: server.origin, token });
    for (let cursor: string | null = ""; cursor !== null;)
      cursor = (await client.list(cursor === "" ? {} : { cursor })).nextCursor;
    expect(asked).toBe(300);
  });

  test("and goes on with the audit behind no entry is left", async () => {
    await using server = await startScriptedServer((_request, response) => {
      response.writeHead(200, json).end(JSON.stringify({ entries: [], nextAfter: 7, nextBefore: null }));
    });
    const client = makeInventoryClient({ baseUrl: server.origin, token });
    await expect(client.audit({ after: 3 })).rejects.toMatchObject({ code: "MANAGEMENT_BAD_ANSWER" });
  });
});
