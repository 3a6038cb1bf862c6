import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { builtInProviders, Secret } from "@keywarden/key-format";
import { makeSealingKey } from "@keywarden/management";
import { assertNoKey, findPostgres, makeTemporaryDirectory, sha256, startPostgres } from "@keywarden/testing";
import { expect, onTestFinished, test } from "vitest";
import { everySort, makeServer, sampleOf, type TestServer } from "./make-server.ts";
import { ownKey } from "./own-key.ts";

const found = findPostgres();
const note = "missing" in found ? ` (skipped: ${found.missing})` : "";

/** Does everything that a server does with keys, in every way in which it is asked for them. */
async function useEverything(
  server: TestServer,
  sorts = everySort,
): Promise<{ keys: Secret[]; hashes: string[] }> {
  const keys: Secret[] = [];
  const sealing = makeSealingKey();
  const rotate = (id: string, generation: number, more: Record<string, string> = {}) =>
    server.call("POST", `/v1/keys/${id}/rotate`, { headers: { "if-match": `"${generation}"`, ...more } });
  for (const [index, { provider, kind, environment }] of sorts.entries()) {
    const { key, text } = await server.issue(provider, kind, environment);
    const rotated = await rotate(key.id, 1);
    const seal = { "idempotency-key": `w${index}`, "keywarden-seal-to": sealing.recipient };
    const sealed = await rotate(key.id, 2, seal);
    const profile = builtInProviders.find(({ id }) => id === provider);
    const format = profile?.formats.find((one) => one.kind === kind && one.environment === environment);
    if (format === undefined) throw new Error(`no format for ${provider}`);
    const own = ownKey(100 + index, format);
    await rotate(key.id, 3, { "keywarden-own-key": own.header });
    const opened = sealing.open(sealed.json<{ secret: string }>().secret);
    if (opened === null) throw new Error("the secret was not sealed");
    keys.push(new Secret(text), new Secret(rotated.json<{ secret: string }>().secret), opened, own.secret);
    await server.call("GET", sampleOf(provider).url, { token: text });
    await server.call("GET", `${sampleOf(provider).url}?key=${text}`, { token: text });
    await server.call("POST", "/v1/keys/verify", { body: { key: text, ip: "127.0.0.1" } });
    await server.call("POST", "/v1/keys", { body: { provider, name: text, kind, environment } });
    await server.call("GET", `/${provider}/${text}`, { token: text });
    await server.call("POST", `/v1/keys/${key.id}/revoke`);
  }
  await server.app.flush();
  expect(keys).toHaveLength(sorts.length * 4);
  return { keys, hashes: keys.map((key) => sha256(key.reveal())) };
}

test("no key is ever in the database files, the audit or the log", async () => {
  using directory = makeTemporaryDirectory();
  await using server = await makeServer({ path: directory.path });
  const { keys, hashes } = await useEverything(server);

  const files = readdirSync(directory.path).filter((name) => name.startsWith("keys.db"));
  expect(files).toContain("keys.db-wal");
  const bytes = files.map((name) => readFileSync(join(directory.path, name)));
  for (const one of bytes) assertNoKey(one, keys);
  // What is looked for would be found: the hashes are.
  const all = Buffer.concat(bytes);
  expect(hashes.filter((hash) => !all.includes(hash))).toEqual([]);
  assertNoKey(server.log.text, keys);
  const audit = await server.call("GET", "/v1/audit?limit=1000");
  assertNoKey(audit.body, keys);
  expect(server.log.text).not.toContain("authorization");
});

test.skipIf(note !== "")(
  `no key is in any file of a PostgreSQL, its write-ahead log included${note}`,
  async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.stop());
    const { keys, hashes } = await (async () => {
      await using server = await makeServer({ databaseUrl: postgres.url });
      return await useEverything(server, everySort.slice(0, 4));
    })();
    // A clean stop writes every page to its file.
    await postgres.restart();

    // Two of the databases are templates, in which nobody writes.
    const files = readdirSync(postgres.directory, { recursive: true, withFileTypes: true }).filter(
      (one) => one.isFile() && !/base[\\/](?:1|4)$/.test(one.parentPath),
    );
    const missing = new Set(hashes);
    for (const { parentPath, name } of files) {
      const bytes = readFileSync(join(parentPath, name));
      assertNoKey(bytes, keys);
      for (const hash of missing) if (bytes.includes(hash)) missing.delete(hash);
    }
    expect([...missing]).toEqual([]);
  },
);

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

test("a token of the server's own is no more written down than a key, wherever it is sent", async () => {
  using directory = makeTemporaryDirectory();
  await using server = await makeServer({ path: directory.path });
  const made = await server.call("POST", "/v1/tokens", { body: { name: "ops", role: "operator" } });
  const { token } = made.json<{ token: string }>();
  const key = { provider: "aforo", name: "n", kind: "secret", environment: "production" };

  const refused = [
    await server.call("POST", "/v1/tokens", { body: { name: token, role: "reader" } }),
    await server.call("POST", "/v1/keys", { body: { ...key, owner: token } }),
    await server.call("POST", "/v1/keys", { body: { ...key, tags: [token] } }),
    await server.call("POST", "/v1/keys", { body: { ...key, provider: token } }),
    await server.call("POST", "/aforo/api/v1/api-keys", { body: { name: "n", [token]: 1 } }),
    await server.call("GET", `/v1/${token}`),
    await server.call("GET", `/aforo/${token}`),
  ];

  expect(refused.map(({ statusCode }) => statusCode)).toEqual([400, 400, 400, 400, 400, 404, 404]);
  for (const { body } of refused) expect(body).not.toContain(token);
  expect(server.log.text).not.toContain(token);
  const files = readdirSync(directory.path).filter((name) => name.startsWith("keys.db"));
  const bytes = Buffer.concat(files.map((name) => readFileSync(join(directory.path, name))));
  expect(bytes.includes(token)).toBe(false);
});

test("an import is refused where a field of it is a token of the server's own", async () => {
  await using server = await makeServer();
  const token = await server.tokenFor("reader");
  const record = {
    provider: "aforo",
    name: "n",
    environment: "production",
    owner: token,
    secrets: [{ sha256: "a".repeat(64) }],
  };

  const answer = await server.call("POST", "/v1/keys/import", { body: { keys: [record] } });

  expect(answer.json()).toMatchObject({ created: 0, refused: [{ index: 0, reason: "invalid" }] });
  expect(answer.body).not.toContain(token);
});
