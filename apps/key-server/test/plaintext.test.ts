import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "@keywarden/key-format";
import { assertNoKey, makeTemporaryDirectory } from "@keywarden/testing";
import { expect, test } from "vitest";
import { everySort, makeServer, sampleOf } from "./make-server.ts";

test("no key is ever in the database files, the audit or the log", async () => {
  using directory = makeTemporaryDirectory();
  await using server = await makeServer({ path: directory.path });
  const keys: Secret[] = [];
  for (const { provider, kind, environment } of everySort) {
    const { key, text } = await server.issue(provider, kind, environment);
    const rotated = await server.call("POST", `/v1/keys/${key.id}/rotate`, {
      headers: { "if-match": '"1"' },
    });
    keys.push(new Secret(text), new Secret(rotated.json<{ secret: string }>().secret));
    await server.call("GET", sampleOf(provider).url, { token: text });
    await server.call("GET", `${sampleOf(provider).url}?key=${text}`, { token: text });
    await server.call("POST", "/v1/keys", { body: { provider, name: text, kind, environment } });
    await server.call("GET", `/${provider}/${text}`, { token: text });
    await server.call("POST", `/v1/keys/${key.id}/revoke`);
  }
  await server.app.flush();

  const files = readdirSync(directory.path).filter((name) => name.startsWith("keys.db"));
  expect(files).toContain("keys.db-wal");
  for (const name of files) assertNoKey(readFileSync(join(directory.path, name)), keys);
  assertNoKey(server.log.text, keys);
  const audit = await server.call("GET", "/v1/audit?limit=1000");
  assertNoKey(audit.body, keys);
  expect(server.log.text).not.toContain("authorization");
  expect(keys).toHaveLength(everySort.length * 2);
});

test("the log tells method, path and status, so that its silence about keys means something", async () => {
  await using server = await makeServer();

  await server.call("GET", "/v1/keys?limit=5");

  const lines = server.log.text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.at(-1)).toMatchObject({
    req: { method: "GET", path: "/v1/keys" },
    res: { statusCode: 200 },
    msg: "request",
  });
});
