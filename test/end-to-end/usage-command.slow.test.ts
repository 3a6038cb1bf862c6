import { aforo } from "@keywarden/key-format";
import { makeInventoryClient, makeTransport } from "@keywarden/management";
import { assertNoKey, makeTemporaryDirectory } from "@keywarden/testing";
import { startKeyServer } from "@keywarden/testing/programs";
import { expect, test } from "vitest";
import { programOf, runBuilt } from "./run-built.ts";

test("keys usage shows how often a key was used, refused and for what, also for programs", async () => {
  using directory = makeTemporaryDirectory();
  const server = await startKeyServer({
    file: programOf("key-server"),
    directory: directory.path,
    env: process.env,
  });
  try {
    const client = makeInventoryClient({ baseUrl: server.url, token: server.token, timeoutMs: 90_000 });
    const { key, secret } = await client.create({
      provider: aforo.id,
      name: "web",
      kind: "secret",
      environment: "production",
      restrictions: { ipRanges: ["192.0.2.0/24"] },
    });
    const transport = makeTransport({ baseUrl: server.url, token: server.token, timeoutMs: 90_000 });
    for (const ip of ["192.0.2.1", "192.0.2.2", "198.51.100.1"]) {
      const body = { key: secret.reveal(), ip, method: "GET", path: "/v1/meters/m_1" };
      expect(await transport.send({ method: "POST", path: "/v1/keys/verify", body })).toMatchObject({
        status: 200,
      });
    }
    const env = { ...process.env, KEYWARDEN_SERVER: server.url, KEYWARDEN_TOKEN_FILE: server.tokenFile };
    const run = async (...args: readonly string[]) => {
      const result = await runBuilt("cli", ["keys", "usage", key.id, ...args], {
        directory: directory.path,
        env,
      });
      expect(result).toMatchObject({ status: 0, stderr: "" });
      return result.stdout;
    };

    // What was just done is written for who asks, at most once a second.
    await expect.poll(async () => (await client.usage(key.id)).requests).toBe(3);
    const text = await run();
    expect(text).toMatch(/^3 requests, 1 refused \(33\.3 %\), from .*\n\|·+█ *\| at most 3 in one hour\n/);
    expect(text).toContain("by outcome\n          2  allowed\n          1  ip-not-allowed\n");
    expect(text).toContain("by country\n          3  unknown (1 refused)\n");
    expect(text).toContain("by feature\n          3  GET /v1/meters/{id} (1 refused)\n");
    expect(text).toMatch(/Counted since .*; nothing is known of before\.\n$/);
    expect(JSON.parse(await run("--json"))).toMatchObject({ requests: 3, denied: 1, bucket: "hour" });
    assertNoKey(text, [secret]);
  } finally {
    await server.program.stop();
  }
});
