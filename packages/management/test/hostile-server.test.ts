import { createServer, type Socket } from "node:net";
import type { RequestListener } from "node:http";
import { gzipSync } from "node:zlib";
import { Secret } from "@keywarden/key-format";
import { makeManagementClient, type ManagementClientOptions, type PagesEnd } from "@keywarden/management";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { startScriptedServer } from "./scripted-server.ts";

const token = new Secret("kwt_" + "t0ken".repeat(8));
const json = { "content-type": "application/json" };

const clientOf = (baseUrl: string, options: Partial<ManagementClientOptions> = {}) =>
  makeManagementClient({ dialect: "example", baseUrl, token, ...options });

/** A server below HTTP: what it writes is what arrives. */
async function startRawServer(onConnection: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).once("data", () => onConnection(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("not listening");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("a server that means no good", () => {
  test("and drips one byte at a time is left after the whole call's time-out", async () => {
    const timers: NodeJS.Timeout[] = [];
    await using server = await startRawServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{");
      timers.push(setInterval(() => socket.write(" "), 10));
    });
    await expect(clientOf(server.origin, { timeoutMs: 120 }).list()).rejects.toMatchObject({
      code: "MANAGEMENT_TIMEOUT",
    });
    for (const timer of timers) clearInterval(timer);
  });

  test("and drips its header lines is left, too", async () => {
    const timers: NodeJS.Timeout[] = [];
    await using server = await startRawServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      timers.push(setInterval(() => socket.write("x-a: b\r\n"), 10));
    });
    await expect(clientOf(server.origin, { timeoutMs: 120 }).list()).rejects.toMatchObject({
      code: "MANAGEMENT_TIMEOUT",
    });
    for (const timer of timers) clearInterval(timer);
  });

  test.each([
    ["with a promised length", "content-length: 1000\r\n\r\n"],
    ["in chunks", "transfer-encoding: chunked\r\n\r\n5\r\n"],
  ])("and cuts the connection in the middle of a body %s is unreachable", async (_, rest) => {
    await using server = await startRawServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${rest}{"suc`, () =>
        socket.resetAndDestroy(),
      );
    });
    await expect(clientOf(server.origin).list()).rejects.toMatchObject({ code: "MANAGEMENT_UNREACHABLE" });
  });

  test("and speaks no HTTP is unreachable", async () => {
    await using server = await startRawServer((socket) => socket.end("220 smtp ready\r\n"));
    await expect(clientOf(server.origin).list()).rejects.toMatchObject({ code: "MANAGEMENT_UNREACHABLE" });
  });

  test("and packs a small body that unpacks to a huge one is left at the limit", async () => {
    const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024, 32));
    expect(bomb.length).toBeLessThan(100_000);
    await using server = await startScriptedServer((_request, response) => {
      response.writeHead(200, { ...json, "content-encoding": "gzip" }).end(bomb);
    });
    await expect(clientOf(server.origin).list()).rejects.toMatchObject({ code: "MANAGEMENT_BAD_ANSWER" });
  });

  test("and answers more than the caller allows is left at that limit", async () => {
    await using server = await startScriptedServer((_request, response) => {
      response
        .writeHead(200, json)
        .end(JSON.stringify({ success: true, data: [], filler: "x".repeat(2000) }));
    });
    await expect(clientOf(server.origin, { maximumAnswerBytes: 1000 }).list()).rejects.toMatchObject({
      code: "MANAGEMENT_BAD_ANSWER",
      message: expect.stringContaining("more than 1000 bytes") as string,
    });
    expect(await clientOf(server.origin, { maximumAnswerBytes: 3000 }).list()).toMatchObject({ keys: [] });
  });

  test.each([
    ["text/html; charset=utf-8", "<title>Log in</title>"],
    // What a page happens to look like does not make it an answer of the API.
    ["text/plain", '{"success":true,"data":[]}'],
    ["application/jsonp", '{"success":true,"data":[]}'],
  ])("and answers 200 with %s is no API", async (contentType, body) => {
    await using server = await startScriptedServer((_request, response) => {
      response.writeHead(200, { "content-type": contentType }).end(body);
    });
    await expect(clientOf(server.origin).list()).rejects.toMatchObject({ code: "MANAGEMENT_BAD_ANSWER" });
  });

  test.each(["application/json", "application/problem+json; charset=utf-8", "application/vnd.acme+json"])(
    "but one that answers with %s is",
    async (contentType) => {
      await using server = await startScriptedServer((_request, response) => {
        response.writeHead(200, { "content-type": contentType }).end('{"success":true,"data":[]}');
      });
      expect(await clientOf(server.origin).list()).toEqual({ keys: [], nextCursor: null });
    },
  );

  test("and asks to wait for an age is believed for a day", async () => {
    for (const value of ["999999999999", "Fri, 01 Jan 2100 00:00:00 GMT"]) {
      await using server = await startScriptedServer((_request, response) => {
        response.writeHead(429, { "retry-after": value }).end();
      });
      await expect(clientOf(server.origin).list()).rejects.toMatchObject({ retryAfterMs: 86_400_000 });
    }
  });
});

/** Answers with each in turn, and with the last one for ever. */
const inTurn = (...listeners: readonly RequestListener[]): RequestListener => {
  let next = 0;
  return (request, response) => {
    const listener = listeners[Math.min(next, listeners.length - 1)];
    next += 1;
    listener?.(request, response);
  };
};

const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(code, headers).end();
  };

const well: RequestListener = (_request, response) => {
  response.writeHead(200, json).end('{"success":true,"data":[]}');
};

const made: RequestListener = (_request, response) => {
  const key = {
    id: "key_1",
    name: "ci",
    prefix: "sk_test_",
    created_at: "2026-01-01T00:00:00Z",
    last_used: null,
    key: "sk_" + "test_" + "a".repeat(32),
  };
  response.writeHead(201, json).end(JSON.stringify({ success: true, data: key }));
};

function makePatience(attempts = 4, longestWaitMs = 60_000) {
  const waits: number[] = [];
  const wait = async (ms: number): Promise<void> => {
    waits.push(ms);
  };
  return { waits, patience: { attempts, longestWaitMs, wait, random: () => 1 } };
}

const newKey = { name: "ci", kind: "secret", environment: "sandbox" } as const;

describe("a patient client", () => {
  test("asks again through a storm, as long as the server asks for or longer and longer", async () => {
    const { waits, patience } = makePatience();
    await using server = await startScriptedServer(
      inTurn(status(503), status(429, { "retry-after": "7" }), status(502), well),
    );
    expect(await clientOf(server.origin, { patience }).list()).toEqual({ keys: [], nextCursor: null });
    expect(waits).toEqual([500, 7000, 2000]);
  });

  test("gives up after as many requests as it was told", async () => {
    const { patience } = makePatience(3);
    await using server = await startScriptedServer(status(503));
    await expect(clientOf(server.origin, { patience }).list()).rejects.toMatchObject({ status: 503 });
    expect(server.requests).toHaveLength(3);
  });

  test("hands the failure over instead of asking before the server wants to be asked", async () => {
    const { waits, patience } = makePatience(3, 10_000);
    await using server = await startScriptedServer(status(429, { "retry-after": "11" }));
    await expect(clientOf(server.origin, { patience }).list()).rejects.toMatchObject({
      retryAfterMs: 11_000,
    });
    expect([server.requests.length, waits]).toEqual([1, []]);
  });

  test.each([400, 401, 403, 404, 409, 412, 422])(
    "does not repeat what was answered with %i",
    async (code) => {
      const { patience } = makePatience();
      await using server = await startScriptedServer(status(code));
      await expect(clientOf(server.origin, { patience }).revoke("key_1")).rejects.toMatchObject({
        status: code,
      });
      expect(server.requests).toHaveLength(1);
    },
  );

  test("asks again after a connection that broke", async () => {
    const { patience } = makePatience();
    await using server = await startScriptedServer(inTurn((request) => request.socket.destroy(), well));
    expect(await clientOf(server.origin, { patience }).list()).toMatchObject({ keys: [] });
    expect(server.requests).toHaveLength(2);
  });

  test.each([status(503), status(429, { "retry-after": "0" })])(
    "never sends a create or a rotate twice without an Idempotency-Key",
    async (listener) => {
      const { patience } = makePatience();
      await using server = await startScriptedServer(listener);
      const client = clientOf(server.origin, { patience });
      await expect(client.create(newKey)).rejects.toThrow("could not create a key");
      await expect(client.rotate("key_1")).rejects.toThrow("could not rotate the key");
      await expect(client.rotate("key_1", { expectedGeneration: 2 })).rejects.toThrow("could not");
      expect(server.requests).toHaveLength(3);
    },
  );

  test("sends a create again with the same Idempotency-Key", async () => {
    const { patience } = makePatience();
    await using server = await startScriptedServer(inTurn(status(503), made));
    const created = await clientOf(server.origin, { patience }).create(newKey, { idempotencyKey: "abc" });
    expect(created.id).toBe("key_1");
    expect(server.requests.map(({ headers }) => headers["idempotency-key"])).toEqual(["abc", "abc"]);
    expect(server.requests[0]?.body).toBe(server.requests[1]?.body);
  });
});

describe("a list of many pages", () => {
  const item = (id: string) => ({
    id,
    name: id,
    prefix: "sk_test_",
    created_at: "2026-01-01T00:00:00Z",
    last_used: null,
  });
  const page = (ids: readonly string[], next: string | null): RequestListener => {
    const link: Record<string, string> =
      next === null ? {} : { link: `</v1/api-keys?cursor=${next}>; rel="next"` };
    return (_request, response) => {
      response.writeHead(200, { ...json, ...link });
      response.end(JSON.stringify({ success: true, data: ids.map(item) }));
    };
  };

  async function readAll(origin: string, budget: { requests: number; cursor?: string | undefined }) {
    const pages = clientOf(origin).listAll({ ...budget, pageSize: 100 });
    const ids: string[] = [];
    for (;;) {
      const next: IteratorResult<{ readonly id: string }, PagesEnd> = await pages.next();
      if (next.done === true) return { ids, end: next.value };
      ids.push(next.value.id);
    }
  }

  test("is read to its end, each key once although one moved while it was read", async () => {
    await using server = await startScriptedServer(inTurn(page(["a", "b"], "2"), page(["b", "c"], null)));
    expect(await readAll(server.origin, { requests: 10 })).toEqual({
      ids: ["a", "b", "c"],
      end: { isComplete: true, requests: 2 },
    });
    expect(server.requests[0]?.url).toBe("/v1/api-keys?limit=100");
  });

  test("that never ends stops with the budget, and says from where to go on", async () => {
    let count = 0;
    await using server = await startScriptedServer((request, response) => {
      count += 1;
      page([`k${count}`], `c${count}`)(request, response);
    });
    const first = await readAll(server.origin, { requests: 5 });
    expect(first).toMatchObject({ end: { isComplete: false, requests: 5, cursor: "c5" } });
    await readAll(server.origin, { requests: 1, cursor: "c5" });
    expect(server.requests.at(-1)?.url).toBe("/v1/api-keys?limit=100&cursor=c5");
  });

  test("of empty pages costs its budget, too", async () => {
    let count = 0;
    await using server = await startScriptedServer((request, response) => {
      count += 1;
      page([], `c${count}`)(request, response);
    });
    expect(await readAll(server.origin, { requests: 3 })).toEqual({
      ids: [],
      end: { isComplete: false, requests: 3, cursor: "c3" },
    });
  });

  test("that loops is a bad answer", async () => {
    await using server = await startScriptedServer(
      inTurn(page(["a"], "2"), page(["b"], "3"), page(["c"], "2")),
    );
    await expect(readAll(server.origin, { requests: 100 })).rejects.toMatchObject({
      code: "MANAGEMENT_BAD_ANSWER",
      message: expect.stringContaining("the list of keys loops") as string,
    });
    expect(server.requests).toHaveLength(3);
  });

  test("is the same whether it is read at once or in pieces of any size", async () => {
    const total = 17;
    await using server = await startScriptedServer((request, response) => {
      const from = Number(new URL(request.url ?? "", "http://x").searchParams.get("cursor") ?? "0");
      const ids = Array.from({ length: 3 }, (_, index) => from + index).filter((id) => id < total);
      page(ids.map(String), from + 3 < total ? String(from + 3) : null)(request, response);
    });
    const all = (await readAll(server.origin, { requests: 100 })).ids;
    expect(all).toHaveLength(total);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), async (requests) => {
        const ids: string[] = [];
        for (let cursor: string | undefined; ;) {
          const piece = await readAll(server.origin, { requests, cursor });
          ids.push(...piece.ids);
          if (piece.end.isComplete) break;
          cursor = piece.end.cursor;
        }
        expect(ids).toEqual(all);
      }),
      { numRuns: 10 },
    );
  });
});
