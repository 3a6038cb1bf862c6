import { Secret } from "@keywarden/key-format";
import { makeInventoryClient } from "@keywarden/management";
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
});
