// Serves the verification of better-auth's api-key plugin, and times it in this process beside Keywarden's own.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { builtInProviders } from "@keywarden/key-format";
import { openKeyStorage } from "@keywarden/storage";
import { createVerifier } from "@keywarden/verifier";
import { makeManyKeys, storeKeys } from "../many-keys.ts";

interface Auth {
  readonly api: {
    signUpEmail(call: { body: object }): Promise<{ readonly user: { readonly id: string } }>;
    createApiKey(call: { body: object }): Promise<{ readonly key: string }>;
    verifyApiKey(call: { body: { key: string } }): Promise<{ readonly valid: boolean }>;
  };
}

const [directory = "", keysFile = ""] = process.argv.slice(2);
const keys = readFileSync(keysFile, "utf8").split("\n");
const auth = await openBetterAuth();
const verifyOwn = await openOwn();

const server = createServer((request, response) => {
  void answer(request).then((body) => {
    const text = JSON.stringify(body);
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
    });
    response.end(text);
  });
}).listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
});
process.once("SIGTERM", () => process.exit(0));

async function answer(request: IncomingMessage): Promise<object> {
  if (request.url === "/verify") return verifyTheirs(JSON.parse(await textOf(request)) as { key: string });
  const round = Number(new URL(request.url ?? "", "http://peer").searchParams.get("round"));
  const theirs = await perSecond(500, round, async (key) => void (await verifyTheirs({ key })));
  const own = await perSecond(5_000, round, verifyOwn.verify, verifyOwn.finish);
  return { own, theirs };
}

async function verifyTheirs({ key }: { key: string }): Promise<{ readonly valid: boolean }> {
  const verdict = await auth.api.verifyApiKey({ body: { key } });
  if (!verdict.valid) throw new Error("better-auth refused a key that it has");
  return verdict;
}

async function perSecond(
  count: number,
  round: number,
  verify: (key: string) => Promise<void>,
  finish: () => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  const startedAtMs = performance.now();
  for (let index = 0; index < count; index += 1)
    await verify(keys[((index + round * count) * 7919) % keys.length] ?? "");
  await finish();
  return count / ((performance.now() - startedAtMs) / 1e3);
}

// What a verification remembers of a key's last use is written in the time that is measured, on both sides.
async function openOwn() {
  const path = join(directory, "keywarden");
  await storeKeys({ path }, makeManyKeys(keys.length).keys);
  const storage = await openKeyStorage({ path, clock: () => Date.now() });
  const verifier = createVerifier({
    providers: builtInProviders,
    find: async (sha256) => {
      const found = await storage.keys.findBySha256(sha256);
      return found === null ? null : { key: found.key, state: found.secret.state, restrictions: {} };
    },
    now: () => storage.now(),
  });
  const used = new Map<string, number>();
  return {
    verify: async (text: string) => {
      const verdict = await verifier.verify({ text, ip: "203.0.113.9" });
      if (!verdict.ok) throw new Error(`refused: ${verdict.code}`);
      used.set(verdict.key.id, storage.now());
    },
    finish: async () => {
      const touches = [...used].map(([keyId, lastUsedAtMs]) => ({ keyId, lastUsedAtMs }));
      used.clear();
      await storage.keys.touchLastUsed(touches);
    },
  };
}

async function openBetterAuth(): Promise<Auth> {
  const { resolve } = createRequire(join(directory, "package.json"));
  const load = async (name: string) =>
    (await import(pathToFileURL(resolve(name)).href)) as Readonly<
      Record<string, (...given: unknown[]) => unknown>
    >;
  const { betterAuth } = await load("better-auth");
  const { getMigrations } = await load("better-auth/db/migration");
  const { apiKey } = await load("@better-auth/api-key");
  const database = new DatabaseSync(join(directory, "better-auth.db"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  const options = {
    database,
    secret: createHash("sha256").update(directory).digest("hex"),
    baseURL: "http://127.0.0.1",
    telemetry: { enabled: false },
    emailAndPassword: { enabled: true },
    plugins: [apiKey?.({ rateLimit: { enabled: false } })],
  };
  const migrations = (await getMigrations?.(options)) as { runMigrations(): Promise<void> };
  await migrations.runMigrations();
  const made = betterAuth?.(options) as Auth;
  await fill(made, database);
  return made;
}

// One key is made the documented way; the others are copies of its row under their own id and hash.
async function fill(made: Auth, database: DatabaseSync): Promise<void> {
  const { user } = await made.api.signUpEmail({
    body: { email: "ada@acme.example", password: "correct horse battery", name: "Ada" },
  });
  await made.api.createApiKey({ body: { userId: user.id, name: "bench" } });
  const row = database.prepare("SELECT * FROM apikey").get();
  if (row === undefined) throw new Error("better-auth stored no key");
  const columns = Object.keys(row);
  const insert = database.prepare(
    `INSERT INTO apikey (${columns.map((name) => `"${name}"`).join()}) VALUES (${columns.map(() => "?").join()})`,
  );
  database.exec("BEGIN");
  for (const [index, key] of keys.entries()) {
    const own: Readonly<Record<string, SQLInputValue>> = {
      id: `key_${index}`,
      key: createHash("sha256").update(key).digest("base64url"),
    };
    insert.run(...columns.map((name) => own[name] ?? row[name] ?? null));
  }
  database.exec("COMMIT; ANALYZE");
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
