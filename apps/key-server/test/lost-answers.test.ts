import { builtInProviders, Secret } from "@keywarden/key-format";
import { makeSealingKey, type ManagedKey } from "@keywarden/management";
import { assertNoKey, makeTemporaryDirectory } from "@keywarden/testing";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeServer, sampleOf, type TestServer } from "./make-server.ts";
import { formatOf, ownKey } from "./own-key.ts";
import { ownProvider } from "./own-provider.ts";

const hour = 3_600_000;
const word = { "idempotency-key": "deploy-42" };

const rotate = (server: TestServer, id: string, headers: Record<string, string>, token?: string) =>
  server.call("POST", `/v1/keys/${id}/rotate`, {
    ...(token !== undefined && { token }),
    headers: { "if-match": '"1"', ...headers },
  });

interface Rotated {
  readonly key: ManagedKey;
  readonly secret: string;
  readonly graceSeconds: number;
}

const generationOf = async (server: TestServer, id: string) =>
  (await server.storage.keys.getKey(id))?.generation;

const works = async (server: TestServer, token: string) =>
  (await server.call("GET", sampleOf("aforo").url, { token })).statusCode === 200;

describe("a rotation with an Idempotency-Key", () => {
  test("that is sealed answers the same again for 24 hours, and rotates once", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("aforo", "secret", "production");
    const sealing = makeSealingKey();
    const headers = { ...word, "keywarden-seal-to": sealing.recipient };

    const first = await rotate(server, key.id, headers);
    server.clock.advance(1000);
    const again = await rotate(server, key.id, headers);

    expect([first.statusCode, first.headers["idempotent-replayed"]]).toEqual([201, undefined]);
    expect([again.statusCode, again.headers["idempotent-replayed"]]).toEqual([201, "true"]);
    expect(again.headers["etag"]).toBe('"2"');
    const secrets = [first, again].map((one) => sealing.open(one.json<Rotated>().secret)?.reveal() ?? "");
    expect(new Set(secrets).size).toBe(1);
    expect(await works(server, secrets[0] ?? "")).toBe(true);
    // What is left of the grace period is told as it is now.
    expect([first, again].map((one) => one.json<Rotated>().graceSeconds)).toEqual([300, 299]);
    expect(await generationOf(server, key.id)).toBe(2);

    server.clock.advance(24 * hour - 1001);
    expect((await rotate(server, key.id, headers)).statusCode).toBe(201);
    server.clock.advance(1);
    // The record is gone, so If-Match says that it was done.
    expect((await rotate(server, key.id, headers)).statusCode).toBe(412);
    expect(await generationOf(server, key.id)).toBe(2);
  });

  test("that was answered in plain text says that it was done and what to do", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("aforo", "secret", "production");
    await rotate(server, key.id, word);

    const again = await rotate(server, key.id, word);

    expect([again.statusCode, again.json()]).toMatchObject([
      409,
      { code: "SECRET_ALREADY_DELIVERED", detail: expect.stringContaining("rotate again") as string },
    ]);
    expect(await generationOf(server, key.id)).toBe(2);
  });

  test("is another request with another key, generation or way of delivery", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("aforo", "secret", "production");
    const other = await server.issue("aforo", "secret", "production");
    await rotate(server, key.id, word);

    const answers = [
      await rotate(server, other.key.id, word),
      await rotate(server, key.id, { ...word, "if-match": '"2"' }),
      await rotate(server, key.id, { ...word, "keywarden-seal-to": makeSealingKey().recipient }),
      await rotate(server, key.id, { ...word, "keywarden-own-key": ownKey(3).header }),
    ];

    for (const answer of answers) {
      expect([answer.statusCode, answer.json()]).toMatchObject([422, { code: "IDEMPOTENCY_MISMATCH" }]);
    }
    expect([await generationOf(server, key.id), await generationOf(server, other.key.id)]).toEqual([2, 1]);
  });

  test("belongs to its sender, whose own key may be rotated in between", async () => {
    await using server = await makeServer();
    const own = await server.issue("aero2", "secret", "production");
    const target = await server.issue("aero2", "secret", "production");
    const url = `/aero2/v1/api-keys/${target.key.id}/rotate`;
    const sealing = makeSealingKey();
    const headers = { ...word, "keywarden-seal-to": sealing.recipient };
    const first = await server.call("POST", url, { token: own.text, headers });
    const operator = await server.tokenFor("operator");
    const renewed = await rotate(server, own.key.id, {}, operator);

    const again = await server.call("POST", url, { token: renewed.json<Rotated>().secret, headers });
    const stranger = await server.call("POST", url, {
      token: operator,
      headers: { ...headers, "if-match": '"2"' },
    });

    expect([first.statusCode, again.statusCode, stranger.statusCode]).toEqual([201, 201, 201]);
    expect(sealing.open(again.json<{ key: string }>().key)?.reveal()).toBe(
      sealing.open(first.json<{ key: string }>().key)?.reveal(),
    );
    expect(await generationOf(server, target.key.id)).toBe(3);
  });

  test("never answers with a secret that has been replaced or revoked since", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("aforo", "secret", "production");
    const headers = { ...word, "keywarden-seal-to": makeSealingKey().recipient };
    await rotate(server, key.id, headers);
    const operator = await server.tokenFor("operator");
    await rotate(server, key.id, { "if-match": '"2"' }, operator);

    const late = await rotate(server, key.id, headers);
    await server.call("POST", `/v1/keys/${key.id}/revoke`);
    const tooLate = await rotate(server, key.id, headers);

    expect([late.statusCode, late.json()]).toMatchObject([
      412,
      { lostUpdate: { generation: 3, changedBy: "token:test operator" } },
    ]);
    expect([tooLate.statusCode, tooLate.json()]).toMatchObject([409, { code: "KEY_REVOKED" }]);
  });

  test("that fails is not remembered", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("aforo", "secret", "production");

    const failed = await rotate(server, key.id, { ...word, "if-match": '"7"' });
    const done = await rotate(server, key.id, word);

    expect([failed.statusCode, done.statusCode]).toEqual([412, 201]);
  });

  test("of which many come at once rotates once", async () => {
    await using server = await makeServer();
    const { key } = await server.issue("aforo", "secret", "production");
    const headers = { ...word, "keywarden-seal-to": makeSealingKey().recipient };

    const answers = await Promise.all(Array.from({ length: 8 }, () => rotate(server, key.id, headers)));

    const done = answers.filter(({ statusCode }) => statusCode === 201);
    expect(done.filter(({ headers: said }) => said["idempotent-replayed"] === undefined)).toHaveLength(1);
    expect(new Set(done.map((one) => one.json<Rotated>().secret)).size).toBe(1);
    const others = answers.filter(({ statusCode }) => statusCode !== 201);
    for (const other of others) expect(other.json()).toMatchObject({ code: "IDEMPOTENCY_IN_FLIGHT" });
    expect(await generationOf(server, key.id)).toBe(2);
    expect((await rotate(server, key.id, headers)).statusCode).toBe(201);
  });
});

const providerIds = [...builtInProviders.map(({ id }) => id), ownProvider.id];

/** What stands in an answer where each dialect has the key's text. */
const textIn = (body: unknown): string => {
  const { key, secret, data, api_key } = body as Record<string, unknown>;
  if (typeof secret === "string") return secret;
  if (typeof key === "string") return key;
  const inner = (data ?? api_key) as Record<string, unknown>;
  return String(inner["key"] ?? inner["token"]);
};

/** Of dialects that speak in their own way; all others are "standard". */
const createBodies: Readonly<Record<string, object>> = {
  aforo: { name: "n", environment: "live" },
  aero2: { name: "n", type: "secret" },
  example: { name: "n", environment: "live" },
  azotte: { name: "n", type: "secret", environment: "live" },
  "aurora-solar": { name: "n", type: "standard", environment: "production" },
};

const createBodyOf = (id: string): object =>
  createBodies[id] ?? { name: "n", kind: "secret", environment: "production" };

describe.each(providerIds)("in the dialect of %s a lost answer", (id) => {
  const providers = [...builtInProviders, ownProvider];
  const collection = id === "aforo" ? "/aforo/api/v1/api-keys" : `/${id}/v1/api-keys`;
  const format = formatOf(id, providers);

  test("of a create or rotation is given again, sealed", async () => {
    await using server = await makeServer({ providers });
    const sealing = makeSealingKey();
    const headers = { ...word, "keywarden-seal-to": sealing.recipient };
    const create = () => server.call("POST", collection, { headers, body: createBodyOf(id) });
    const created = [await create(), await create()];
    const [key] = (await server.storage.keys.listKeys()).keys;
    const rotation = () => server.call("POST", `${collection}/${key?.id ?? ""}/rotate`, { headers });
    const rotated = [await rotation(), await rotation()];

    for (const answers of [created, rotated]) {
      expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201]);
      const [first, again] = answers.map((answer) => sealing.open(textIn(answer.json()))?.reveal());
      expect(first).toMatch(new RegExp(`^${format.prefix}[0-9A-Za-z]{${format.body.issuedLength}}$`));
      expect(again).toBe(first);
    }
    expect((await server.storage.keys.listKeys()).keys).toHaveLength(1);
    expect(await server.storage.keys.listSecrets(key?.id ?? "")).toHaveLength(2);
  });

  test("of a create or rotation with a key of the caller's own is given again, at any time", async () => {
    await using server = await makeServer({ providers });
    const [first, second] = [ownKey(11, format), ownKey(12, format)];
    const create = () =>
      server.call("POST", collection, {
        headers: { ...word, "keywarden-own-key": first.header },
        body: createBodyOf(id),
      });
    const created = [await create()];
    server.clock.advance(48 * hour);
    created.push(await create());
    const [key] = (await server.storage.keys.listKeys()).keys;
    const rotation = () =>
      server.call("POST", `${collection}/${key?.id ?? ""}/rotate`, {
        headers: { ...word, "keywarden-own-key": second.header },
      });
    const rotated = [await rotation(), await rotation()];

    for (const [answers, { secret }] of [
      [created, first],
      [rotated, second],
    ] as const) {
      expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201]);
      expect(answers.map((answer) => textIn(answer.json()))).toEqual([secret.redacted, secret.redacted]);
    }
    const verified = await server.call("POST", "/v1/keys/verify", { body: { key: second.secret.reveal() } });
    expect(verified.json()).toMatchObject({ valid: true, key: { id: key?.id } });
    assertNoKey(
      created
        .concat(rotated)
        .map(({ body }) => body)
        .join(""),
      [first.secret, second.secret],
    );
  });
});

test("a sealed secret is in the database and nowhere in plain text", async () => {
  using directory = makeTemporaryDirectory();
  await using server = await makeServer({ path: directory.path });
  const { key } = await server.issue("aforo", "secret", "production");
  const sealing = makeSealingKey();
  const headers = { ...word, "keywarden-seal-to": sealing.recipient };
  const { secret: sealed } = (await rotate(server, key.id, headers)).json<Rotated>();
  const secret = sealing.open(sealed);
  if (secret === null) throw new Error("not sealed to us");
  const own = ownKey(9);
  await rotate(server, key.id, { "if-match": '"2"', "keywarden-own-key": own.header });

  const files = readdirSync(directory.path).filter((name) => name.startsWith("keys.db"));
  const bytes = Buffer.concat(files.map((name) => readFileSync(join(directory.path, name))));
  expect(bytes.includes(sealed)).toBe(true);
  assertNoKey(bytes, [secret, own.secret, new Secret(secret.reveal().slice(8))]);
  assertNoKey(server.log.text, [secret, own.secret]);
  const audit = await server.call("GET", "/v1/audit?limit=1000");
  expect(audit.body).toContain('"delivery":"sealed"');
  expect(audit.body).toContain('"delivery":"own"');
  expect(audit.body).not.toContain(sealed);
});
