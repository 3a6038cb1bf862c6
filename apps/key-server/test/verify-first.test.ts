import { once } from "node:events";
import { connect, type AddressInfo } from "node:net";
import { StorageError } from "@keywarden/storage";
import { sha256 } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { makeServer, type TestServer } from "./make-server.ts";

/** A server with all that its requests are about, and how many of them came to the framework. */
interface Rig extends AsyncDisposable {
  readonly server: TestServer;
  readonly port: number;
  readonly tokens: Readonly<Record<"admin" | "verifier" | "reader" | "limited", string>>;
  readonly keys: Readonly<Record<"good" | "bound" | "scarce" | "revoked" | "rotated" | "sandbox", string>>;
  readonly ordinary: () => number;
}

/** The log of requests is what keeps a server from answering before the framework. */
async function makeRig(logLevel: "warn" | "info"): Promise<Rig> {
  const server = await makeServer({ logLevel });
  let ordinary = 0;
  server.app.http.addHook("onRequest", (_request, _reply, done) => {
    ordinary += 1;
    done();
  });
  await server.app.http.listen({ port: 0, host: "127.0.0.1" });
  const { port } = server.app.http.server.address() as AddressInfo;
  server.clock.advance(1000);
  const body = { name: "limited", role: "verifier", limits: { environments: ["production"] } };
  const limited = (await server.call("POST", "/v1/tokens", { body })).json<{ token: string }>().token;
  const issue = async (restrictions: object, environment: "production" | "sandbox" = "production") => {
    // Ids are random, so that only their moments give keys an order.
    server.clock.advance(1000);
    return server.issue("example", "secret", environment, { restrictions, tags: ["ä€"] });
  };
  const revoked = await issue({});
  const rotated = await issue({});
  const good = await issue({});
  const bound = await issue({ ipRanges: ["10.0.0.0/8"], endpoints: ["GET /v1/users/*"] });
  const scarce = await issue({ rateLimits: [{ requests: 5, windowSeconds: 60 }] });
  const sandbox = await issue({}, "sandbox");
  await server.call("POST", `/v1/keys/${revoked.key.id}/revoke`);
  await server.call("POST", `/v1/keys/${rotated.key.id}/rotate`, { headers: { "if-match": '"1"' } });
  const make = (role: "admin" | "verifier" | "reader"): Promise<string> => {
    server.clock.advance(1000);
    return server.tokenFor(role);
  };
  const [admin, verifier, reader] = [await make("admin"), await make("verifier"), await make("reader")];
  ordinary = 0;
  return {
    server,
    port,
    tokens: { admin, verifier, reader, limited },
    keys: {
      good: good.text,
      bound: bound.text,
      scarce: scarce.text,
      revoked: revoked.text,
      rotated: rotated.text,
      sandbox: sandbox.text,
    },
    ordinary: () => ordinary,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const madeId = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|_[0-9a-f]{24,32}\b/g;

/** What one connection carries, in the pieces in which it does; the answer without what differs from one to the next. */
async function exchange({ port }: Rig, pieces: readonly (string | Buffer)[], answers = 1): Promise<string> {
  const socket = connect(port, "127.0.0.1").setNoDelay(true);
  await once(socket, "connect");
  let text = "";
  const isWhole = (): boolean => {
    const ends = [...text.matchAll(/\r\ncontent-length: (\d+)[\s\S]*?\r\n\r\n/gi)];
    const last = ends.at(-1);
    return (
      ends.length >= answers &&
      text.length >= (last?.index ?? 0) + (last?.[0].length ?? 0) + Number(last?.[1])
    );
  };
  const ended = new Promise<void>((resolve, reject) => {
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      if (isWhole()) resolve();
    });
    socket.on("close", () => resolve());
    socket.on("error", reject);
  });
  for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve));
  await ended;
  socket.destroy();
  return text.replaceAll(madeId, "<id>").replaceAll(/\r\nDate: [^\r]*/g, "\r\nDate: <date>");
}

function post(
  token: string | null,
  body: string | Buffer,
  more: { readonly head?: readonly string[]; readonly path?: string; readonly length?: number } = {},
): Buffer {
  const { head = ["content-type: application/json"], path = "/v1/keys/verify" } = more;
  const bytes = Buffer.from(body);
  const lines = [
    `POST ${path} HTTP/1.1`,
    "host: here",
    ...(token === null ? [] : [`authorization: Bearer ${token}`]),
    ...head,
    `content-length: ${more.length ?? bytes.length}`,
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), bytes]);
}

type Exchange = readonly [name: string, pieces: readonly (string | Buffer)[], answers?: number];

const stranger = ["sk", "live", "0".repeat(40)].join("_");

/** Whatever is answered before the framework: in the order of this list, since limits and counts are kept. */
function plainExchanges({ tokens, keys }: Rig): readonly Exchange[] {
  const { verifier } = tokens;
  const ask = (fields: object, token = verifier): Buffer => post(token, JSON.stringify(fields));
  const whole = ask({ key: keys.good, ip: "10.1.2.3", method: "GET", path: "/v1/users/7" });
  const half = whole.length - 20;
  return [
    ["a good key", [whole]],
    ["by its hash", [ask({ sha256: sha256(keys.good) })]],
    ["with secret-token: in front", [ask({ key: `secret-token:${keys.good}` })]],
    ["an administrator's token", [ask({ key: keys.good }, tokens.admin)]],
    ["a token with limits", [ask({ key: keys.good }, tokens.limited)]],
    ["a key outside a token's limits", [ask({ key: keys.sandbox }, tokens.limited)]],
    ["no key", [ask({})]],
    ["no well-formed key", [ask({ key: "nonsense", ip: "192.0.2.1" })]],
    ["a stranger's key", [ask({ key: stranger, ip: "192.0.2.1" })]],
    ["another provider's key", [ask({ key: keys.good, provider: "aforo" })]],
    ["a revoked key", [ask({ key: keys.revoked, ip: "192.0.2.1" })]],
    ["a key in its grace period", [ask({ key: keys.rotated })]],
    ["a bound key from elsewhere", [ask({ key: keys.bound, ip: "192.0.2.1" })]],
    ["a bound key at another endpoint", [ask({ key: keys.bound, ip: "10.1.2.3:443" })]],
    [
      "every field",
      [
        ask({
          key: keys.bound,
          ip: "10.1.2.3",
          referrer: "https://a.example",
          method: "GET",
          path: "/v1/users/1",
          provider: "example",
          kinds: ["secret"],
          permission: "read",
          product: "p",
          application: "a",
          projectTags: ["t"],
          unchecked: ["tenant"],
          cost: 2,
        }),
      ],
    ],
    ["a kind that is not asked for", [ask({ key: keys.good, kinds: ["publishable"] })]],
    ...Array.from({ length: 7 }, (_, index): Exchange => [
      `a key with a limit, ${index}`,
      [ask({ key: keys.scarce, cost: index === 0 ? 0 : 1 })],
    ]),
    ...Array.from({ length: 110 }, (_, index): Exchange => [
      `a guess, ${index}`,
      [ask({ key: `${stranger.slice(0, -3)}${100 + index}`, ip: "192.0.2.9" })],
    ]),
    ["a good key where somebody guesses", [ask({ key: keys.good, ip: "192.0.2.9" })]],
    ["a body in two pieces", [whole.subarray(0, half), whole.subarray(half)]],
    ["head and body apart", [whole.subarray(0, whole.indexOf("{")), whole.subarray(whole.indexOf("{"))]],
    ["two requests at once", [Buffer.concat([whole, ask({ key: keys.scarce })])], 2],
    ["a charset", [post(verifier, "{}", { head: ["content-type: application/json; charset=utf-8"] })]],
    ["HTTP/1.0", [String(whole).replace("HTTP/1.1", "HTTP/1.0")]],
    [
      "a connection that closes",
      [post(verifier, "{}", { head: ["content-type: application/json", "connection: close"] })],
    ],
    [
      "the first of two tokens",
      [post(verifier, "{}", { head: ["content-type: application/json", "authorization: Bearer x"] })],
    ],
    ["the same field twice", [post(verifier, `{"key":"nonsense","key":${JSON.stringify(keys.good)}}`)]],
  ];
}

/** Whatever the framework answers, whichever way it came there. */
function otherExchanges({ tokens, keys }: Rig): readonly Exchange[] {
  const { verifier } = tokens;
  const good = JSON.stringify({ key: keys.good });
  const json = "content-type: application/json";
  const bodies: Readonly<Record<string, string | Buffer>> = {
    "half of a body": '{"key":"',
    "an unknown field": '{"keys":"x"}',
    "a field of another type": '{"key":7}',
    "nothing known": "[]",
    "several verifications": JSON.stringify([{ key: keys.good }, { key: stranger }, {}]),
    "one of several that is wrong": JSON.stringify([{ key: keys.good }, { cost: -1 }]),
    "too many": JSON.stringify(Array.from({ length: 101 }, () => ({}))),
    __proto__: '{"__proto__":{"key":"x"}}',
    constructor: '{"constructor":{"prototype":{}}}',
    null: "null",
    "a text": '"x"',
    "a BOM": Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(good)]),
    "no UTF-8": Buffer.from([0x7b, 0xff, 0x7d]),
    "a null field": '{"key":null}',
    "both key and hash": JSON.stringify({ key: keys.good, sha256: sha256(keys.good) }),
    "both tenant and application": '{"tenant":"a","application":"b"}',
    "a key that is too long": JSON.stringify({ key: "x".repeat(4001) }),
    "a text that is too long": JSON.stringify({ path: "x".repeat(2001) }),
    "no address": '{"ip":"10.1.2.3.4"}',
    "no hash": '{"sha256":"AB"}',
    "a cost that is no whole number": '{"cost":1.5}',
    "a cost that is too high": '{"cost":1000001}',
    "a kind that there is none of": '{"kinds":["public"]}',
    "a field that quotes a key": JSON.stringify({ [keys.good]: 1 }),
    "deep nesting": `{"key":${"[".repeat(3000)}${"]".repeat(3000)}}`,
  };
  return [
    ...Object.entries(bodies).map(([name, body]): Exchange => [name, [post(verifier, body)]]),
    ["no token", [post(null, good)]],
    ["no body", [post(verifier, "")]],
    ["a wrong token", [post("kw_nonsense", good)]],
    ["a role that may not", [post(tokens.reader, good)]],
    ["a key for a token", [post(keys.good, good)]],
    ["another scheme", [post(null, good, { head: [json, "authorization: Digest x"] })]],
    ["no type", [post(verifier, good, { head: [] })]],
    ["another type", [post(verifier, good, { head: ["content-type: text/plain"] })]],
    ["a type that cannot be read", [post(verifier, good, { head: ["content-type: json"] })]],
    ["a type in capitals", [post(verifier, good, { head: ["content-type: Application/JSON"] })]],
    ["a body that is too large", [post(verifier, "", { length: 70_000 }), " ".repeat(70_000)]],
    ["a query", [post(verifier, good, { path: "/v1/keys/verify?x=1" })]],
    ["a slash at the end", [post(verifier, good, { path: "/v1/keys/verify/" })]],
    ["another method", [String(post(verifier, good)).replace("POST", "PUT")]],
    [
      "chunks",
      [
        `POST /v1/keys/verify HTTP/1.1\r\nhost: here\r\nauthorization: Bearer ${verifier}\r\n${json}\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
      ],
    ],
    ...Array.from({ length: 103 }, (_, index): Exchange => [
      `a guessed token, ${index}`,
      [post(`${verifier.slice(0, -3)}${100 + index}`, good)],
    ]),
  ];
}

/** All that a server remembers of what it was asked. */
async function memoryOf({ server }: Rig): Promise<unknown> {
  await server.app.flush();
  const texts = await Promise.all(
    ["/v1/keys", "/v1/audit?limit=1000", "/v1/usage", "/v1/tokens", "/v1/security-events", "/metrics"].map(
      async (path) => (await server.call("GET", path)).body,
    ),
  );
  return texts.map((text) =>
    text
      .replaceAll(madeId, "<id>")
      // How long each took is no one's doing, and neither are what was counted of these very questions.
      .replaceAll(/^keywarden_server_request_seconds_(?:bucket|sum).*\n/gm, "")
      .replaceAll(/"(?:hash|previousHash)":"[^"]*"/g, '"hash"'),
  );
}

describe("what is answered before the framework", () => {
  test("is answered, counted and recorded as the framework's route does it, byte for byte", async () => {
    await using first = await makeRig("warn");
    await using second = await makeRig("info");
    for (const [index, [name, pieces, answers]] of plainExchanges(first).entries()) {
      const answer = await exchange(first, pieces, answers);
      const [, expected = []] = plainExchanges(second)[index] ?? [];
      expect([name, answer]).toEqual([name, await exchange(second, expected, answers)]);
      expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    }
    expect(first.ordinary()).toBe(0);
    expect(second.ordinary()).toBe(plainExchanges(second).length + 1);
    expect(await memoryOf(first)).toEqual(await memoryOf(second));
  });

  test("whatever is out of the ordinary is left to the framework, with the same answers", async () => {
    await using first = await makeRig("warn");
    await using second = await makeRig("info");
    const others = otherExchanges(first);
    for (const [index, [name, pieces]] of others.entries()) {
      const [, expected = []] = otherExchanges(second)[index] ?? [];
      expect([name, await exchange(first, pieces)]).toEqual([name, await exchange(second, expected)]);
    }
    expect(first.ordinary()).toBe(others.length);
    // After all those guesses a good token still opens the route.
    const last = post(first.tokens.verifier, JSON.stringify({ key: first.keys.good }));
    expect(await exchange(first, [last])).toContain('"valid":true');
    expect(await exchange(second, [last])).toContain('"valid":true');
    expect(await memoryOf(first)).toEqual(await memoryOf(second));
  });

  test("a storage that cannot be read is an answer of 503, and one that fails otherwise of 500", async () => {
    await using first = await makeRig("warn");
    await using second = await makeRig("info");
    for (const error of [new StorageError("STORAGE_UNREACHABLE", "away"), new TypeError("a mistake")]) {
      const answers: string[] = [];
      for (const rig of [first, second]) {
        Object.assign(rig.server.storage.keys, { findBySha256: () => Promise.reject(error) });
        const request = post(rig.tokens.verifier, JSON.stringify({ key: rig.keys.good }));
        answers.push(await exchange(rig, [request]));
      }
      expect(answers[0]).toBe(answers[1]);
      expect(answers[0]).toMatch(error instanceof StorageError ? /^HTTP\/1.1 503/ : /^HTTP\/1.1 500/);
    }
    expect(first.server.log.text).toContain("a mistake");
  });

  test("a token that is revoked opens nothing at the next request", async () => {
    await using rig = await makeRig("warn");
    const request = post(rig.tokens.verifier, JSON.stringify({ key: rig.keys.good }));
    expect(await exchange(rig, [request])).toMatch(/^HTTP\/1.1 200/);
    const { tokens } = (await rig.server.call("GET", "/v1/tokens")).json<{
      tokens: { id: string; role: string; name: string }[];
    }>();
    const { id } = tokens.find(({ name }) => name === "test verifier") ?? { id: "" };
    expect((await rig.server.call("POST", `/v1/tokens/${id}/revoke`)).statusCode).toBe(200);
    expect(await exchange(rig, [request])).toMatch(/^HTTP\/1.1 401/);
  });
});
