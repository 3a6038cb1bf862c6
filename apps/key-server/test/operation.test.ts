import { chmodSync, renameSync } from "node:fs";
import { join } from "node:path";
import { openKeyStorage } from "@keywarden/storage";
import { makeClock, makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { makeReadinessCheck } from "../src/operate/readiness.ts";
import { makeServer } from "./make-server.ts";

describe("GET /readyz", () => {
  test("says 200 while changes can be stored", async () => {
    await using server = await makeServer();
    const answer = await server.call("GET", "/readyz", { token: null });
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { status: "ready", storage: "ok", disk: "unknown" },
    ]);
  });

  test("says 503 where nothing can be stored, while /healthz says that the process lives", async () => {
    // Not disposed of: it could not write down what it remembers.
    const server = await makeServer();
    await server.storage.close();
    const answer = await server.call("GET", "/readyz", { token: null });
    expect([answer.statusCode, answer.json()]).toMatchObject([
      503,
      { status: "not-ready", storage: "failing" },
    ]);
    expect((await server.call("GET", "/healthz", { token: null })).statusCode).toBe(200);
    const { body } = await server.call("GET", "/metrics", { token: null });
    expect(body).toContain("keywarden_server_ready 0");
    expect(body).not.toContain("keywarden_server_keys{");
  });

  test("asks the storage once a second at most, and sees the disk", async () => {
    using place = makeTemporaryDirectory();
    let asked = 0;
    let nowMs = 0;
    let isCurrent = true;
    const transaction = async <T>() => {
      asked += 1;
      return true as T;
    };
    const check = makeReadinessCheck({
      storage: { transaction, feed: { isCurrent: () => isCurrent } },
      directory: place.path,
      elapsedMs: () => nowMs,
    });
    expect(await Promise.all([check(), check()])).toMatchObject([
      { isReady: true, disk: "ok" },
      { isReady: true },
    ]);
    nowMs = 999;
    await check();
    expect(asked).toBe(1);
    nowMs = 1000;
    await check();
    expect(asked).toBe(2);
    // Where nothing is heard from the database any more it may be gone: an answer is soon too old.
    isCurrent = false;
    nowMs = 1099;
    await check();
    expect(asked).toBe(2);
    nowMs = 1100;
    await check();
    expect(asked).toBe(3);
  });

  test("says 503 where the database was taken away while it served", async () => {
    using place = makeTemporaryDirectory();
    const path = join(place.path, "data");
    await using server = await makeServer({ path });
    renameSync(join(path, "keys.db"), join(path, "moved.db"));
    const body = { name: "late", role: "reader" };
    const made = await server.call("POST", "/v1/tokens", { body });
    expect([made.statusCode, made.json<{ code: string }>().code]).toEqual([503, "UNAVAILABLE"]);
    expect((await server.call("GET", "/readyz", { token: null })).statusCode).toBe(503);
    renameSync(join(path, "moved.db"), join(path, "keys.db"));
    expect((await server.call("POST", "/v1/tokens", { body })).statusCode).toBe(201);
  });
});

describe("GET /metrics", () => {
  test("counts requests by route and verifications by outcome, with no id and no name", async () => {
    await using server = await makeServer();
    const { key, text } = await server.issue("example", "secret", "production");
    await server.call("POST", "/v1/keys/verify", { body: { key: text } });
    await server.call("POST", "/v1/keys/verify", { body: { key: "x" } });
    await server.call("GET", `/v1/keys/${key.id}`);
    await server.call("POST", `/v1/keys/${key.id}/disable`);
    const answer = await server.call("GET", "/metrics", { token: null });
    expect(answer.headers["content-type"]).toContain("text/plain");
    const lines = answer.body.split("\n");
    expect(lines).toContain('keywarden_server_verifications_total{outcome="valid"} 1');
    expect(lines).toContain('keywarden_server_verifications_total{outcome="malformed-key"} 1');
    expect(lines).toContain('keywarden_server_keys{state="disabled"} 1');
    expect(lines).toContain("keywarden_server_ready 1");
    expect(lines).toContain(
      'keywarden_server_requests_total{route="/v1/keys/:id",method="GET",status="200"} 1',
    );
    expect(answer.body).not.toContain(key.id);
  });
});

describe("data that others may read or change", () => {
  test.each([
    ["keys.db", 0o644, "0600"],
    ["keys.db", 0o620, "0600"],
    ["", 0o777, "0700"],
  ])("is refused (%s %i), with the command that mends it", async (name, mode, mended) => {
    using place = makeTemporaryDirectory();
    const data = join(place.path, "data");
    const open = () => openKeyStorage({ path: data, clock: makeClock() });
    await (await open()).close();
    const path = name === "" ? data : join(data, name);
    chmodSync(path, mode);
    await expect(open()).rejects.toMatchObject({
      code: "STORAGE_EXPOSED",
      message: expect.stringContaining(`chmod ${mended} ${path}`) as string,
    });
    chmodSync(path, Number.parseInt(mended, 8));
    await (await open()).close();
  });
});
