import { createHmac } from "node:crypto";
import { aforo, builtInProviders, Secret } from "@keywarden/key-format";
import { makeScanner } from "@keywarden/scan";
import { openExposureStorage } from "@keywarden/storage";
import type { ExposureStorage } from "@keywarden/storage";
import { makeClock, makeKey, sha256 } from "@keywarden/testing";
import fc from "fast-check";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Log } from "../src/log.ts";
import { defaultLimits, makeAdmission } from "../src/receiver/admission.ts";
import { bodyLimitBytes, makeServer } from "../src/receiver/server.ts";
import { verifySignature } from "../src/receiver/signature.ts";
import { realScheduler } from "../src/scheduler.ts";

const zeros = "0".repeat(40);
const after = "a".repeat(40);
const pushPayload = {
  ref: "refs/heads/main",
  before: zeros,
  after,
  created: true,
  deleted: false,
  forced: false,
  repository: { id: 7, name: "shop", full_name: "acme/shop", private: true },
  pusher: { name: "dev" },
  installation: { id: 3 },
};

const sign = (body: string | Buffer, secret = "new-secret") =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

describe("a signature", () => {
  test("of GitHub's documentation is accepted", () => {
    const secret = new Secret("It's a Secret to Everybody");
    const documented = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    expect(verifySignature(Buffer.from("Hello, World!"), documented, [secret])).toBe(true);
    expect(verifySignature(Buffer.from("Hello, World?"), documented, [secret])).toBe(false);
  });

  test("is refused after any change of one of its characters, and never throws", () => {
    const secret = new Secret("s");
    const good = sign("body", "s");
    fc.assert(
      fc.property(
        fc.nat({ max: good.length - 1 }),
        fc.constantFrom(..."0123456789abcdefg=\u0000é"),
        (at, character) => {
          const bad = good.slice(0, at) + character + good.slice(at + 1);
          expect(verifySignature(Buffer.from("body"), bad, [secret])).toBe(bad === good);
        },
      ),
    );
    fc.assert(fc.property(fc.string(), (text) => !verifySignature(Buffer.from("body"), text, [secret])));
  });
});

describe("POST /webhooks/github", () => {
  let storage: ExposureStorage;
  let server: FastifyInstance;
  let lines: string[];
  beforeEach(async () => {
    storage = await openExposureStorage({ path: ":memory:", clock: makeClock() });
    lines = [];
    const log: Log = (level, step, facts) => lines.push(JSON.stringify([level, step, facts]));
    const receiver = {
      storage,
      secrets: [new Secret("old-secret"), new Secret("new-secret")],
      host: "github.com",
      appId: 99,
      scanner: makeScanner({ providers: builtInProviders, sha256 }),
      providers: builtInProviders,
      log,
    };
    server = makeServer({
      receiver: () => receiver,
      admission: makeAdmission(defaultLimits, makeClock()),
      scheduler: realScheduler,
      log,
      onReception: () => {},
      mounts: [],
    });
  });
  afterEach(async () => {
    await server.close();
    await storage.close();
  });

  const send = (payload: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const body = typeof payload === "string" ? payload : JSON.stringify(payload);
    return server.inject({
      method: "POST",
      url: "/webhooks/github",
      payload: body,
      headers: {
        "content-type": "application/json",
        "x-hub-signature-256": sign(body),
        "x-github-event": "push",
        "x-github-delivery": "7c0ffee0-1111-2222-3333-444455556666",
        "x-github-hook-installation-target-id": "99",
        ...headers,
      },
    });
  };

  describe("202", () => {
    test("for a push, whose job is then in the queue", async () => {
      expect((await send(pushPayload)).statusCode).toBe(202);
      const job = await storage.jobs.get("scan:7c0ffee0-1111-2222-3333-444455556666");
      expect(job).toMatchObject({
        kind: "scan",
        state: "queued",
        payload: { push: { after, installationId: 3 } },
      });
    });

    test("for the same delivery again, with one scan and one check run", async () => {
      await send(pushPayload);
      const again = await send(pushPayload);
      expect([again.statusCode, again.json()]).toEqual([202, { message: "duplicate" }]);
      expect(await storage.jobs.counts()).toMatchObject({ queued: 2 });
    });

    test("for two refs moved between the same objects, with one scan and one check run", async () => {
      await send(pushPayload);
      const body = { ...pushPayload, ref: "refs/heads/other" };
      const other = await send(body, { "x-github-delivery": "7c0ffee0-0000-2222-3333-444455556666" });
      expect(other.json()).toEqual({ message: "coalesced" });
      expect(await storage.jobs.counts()).toMatchObject({ queued: 2 });
    });

    test("for the older of two secrets", async () => {
      const body = JSON.stringify(pushPayload);
      expect((await send(body, { "x-hub-signature-256": sign(body, "old-secret") })).statusCode).toBe(202);
    });

    test.each(["ping", "issues", "secret_scanning_alert", "__proto__"])(
      "for %s, without a job",
      async (event) => {
        expect((await send({ zen: "x" }, { "x-github-event": event })).statusCode).toBe(202);
        expect(await storage.jobs.counts()).toMatchObject({ queued: 0 });
      },
    );

    test("for a push of a webhook that is no app's, without a job", async () => {
      expect((await send({ ...pushPayload, installation: undefined })).statusCode).toBe(202);
      expect(await storage.jobs.counts()).toMatchObject({ queued: 0 });
    });

    test("for a ref whose name holds a key, which is kept nowhere", async () => {
      const key = makeKey(aforo, { kind: "secret", environment: "production" });
      await send({ ...pushPayload, ref: `refs/heads/${key.reveal()}` });
      const job = await storage.jobs.get("scan:7c0ffee0-1111-2222-3333-444455556666");
      expect(JSON.stringify([job, lines])).not.toContain(key.reveal().slice(8));
      expect(job?.payload).toMatchObject({ inRefName: [{ redacted: key.redacted }] });
    });
  });

  describe("400", () => {
    test("for signed text that is no JSON", async () => {
      expect((await send('{"ref":')).statusCode).toBe(400);
    });

    test("without a delivery id or an event name", async () => {
      expect((await send(pushPayload, { "x-github-delivery": "" })).statusCode).toBe(400);
      expect((await send(pushPayload, { "x-github-event": "" })).statusCode).toBe(202);
    });

    test.each([
      ["after", { after: "main" }],
      ["before", { before: "a".repeat(39) }],
      ["repository.name", { repository: { ...pushPayload.repository, name: "../../etc" } }],
      ["repository.full_name", { repository: { ...pushPayload.repository, full_name: "../shop" } }],
      ["repository.full_name", { repository: { ...pushPayload.repository, full_name: "a/b/c" } }],
      ["deleted", { deleted: "no" }],
      ["installation.id", { installation: { id: -1 } }],
    ])("for a push whose %s is not in order, which it names", async (field, change) => {
      const answer = await send({ ...pushPayload, ...change });
      expect([answer.statusCode, answer.json()]).toEqual([
        400,
        { message: `the push lacks or misuses these fields: ${field}` },
      ]);
    });

    test.each(["null", "[]", "1", '"push"'])("for the push %s", async (body) => {
      expect((await send(body)).statusCode).toBe(400);
    });
  });

  describe("401, without a word why", () => {
    test.each([
      ["no signature", { "x-hub-signature-256": "" }],
      [
        "the signature of another secret",
        { "x-hub-signature-256": sign(JSON.stringify(pushPayload), "guess") },
      ],
      ["a SHA-1 signature", { "x-hub-signature-256": `sha1=${"a".repeat(40)}` }],
      ["the signature of an empty body", { "x-hub-signature-256": sign("") }],
    ])("for %s", async (_, headers) => {
      const answer = await send(pushPayload, headers);
      expect([answer.statusCode, answer.json()]).toEqual([401, { message: "unauthorised" }]);
      expect(await storage.jobs.counts()).toMatchObject({ queued: 0 });
    });
  });

  test("403 for a delivery that GitHub meant for another app", async () => {
    expect((await send(pushPayload, { "x-github-hook-installation-target-id": "98" })).statusCode).toBe(403);
  });

  test("413 by the announced size alone, before anything is read", async () => {
    const answer = await send(pushPayload, { "content-length": String(bodyLimitBytes + 1) });
    expect(answer.statusCode).toBe(413);
  });

  test("413 for a stream that grows beyond the limit without saying so", async () => {
    const address = await server.listen({ host: "127.0.0.1", port: 0 });
    const megabyte = new Uint8Array(1024 * 1024);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        if (sent > 27) controller.close();
        else controller.enqueue(megabyte);
      },
    });
    const headers = { "content-type": "application/json", "x-hub-signature-256": sign("") };
    const init = { method: "POST", headers, body, duplex: "half" } as const;
    // Node closes the connection when it answers before the body has ended, and fetch then reports one of the two.
    const status = await fetch(`${address}/webhooks/github`, init).then(
      (answer) => answer.status,
      () => 413,
    );
    expect(status).toBe(413);
    expect(await storage.jobs.counts()).toMatchObject({ queued: 0 });
  });

  test("415 with the way out for a webhook that sends forms", async () => {
    const answer = await send("payload=%7B%7D", { "content-type": "application/x-www-form-urlencoded" });
    expect(answer.statusCode).toBe(415);
    expect(answer.json<{ message: string }>().message).toContain("application/json");
  });

  test("404 elsewhere says what there is", async () => {
    expect((await server.inject("/")).json<{ message: string }>().message).toContain("/healthz");
  });

  test("never a 5xx, whatever JSON is signed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (payload) => {
        expect((await send(payload)).statusCode).toBeLessThan(500);
      }),
      { numRuns: 50 },
    );
  });

  test.each([Number.MAX_SAFE_INTEGER, 253_402_300_800])(
    "202 for a push of a time that no clock shows, which keeps no later news of its repository out: %i",
    async (pushedAt) => {
      const { repository } = pushPayload;
      const odd = { ...pushPayload, repository: { ...repository, pushed_at: pushedAt } };
      expect((await send(odd)).statusCode).toBe(202);
      const later = { "x-github-delivery": "7c0ffee0-1111-2222-3333-444455556667" };
      expect((await send(pushPayload, later)).statusCode).toBe(202);
      const [known] = await storage.repositories.list();
      expect(known?.learntAtMs).toBeLessThanOrEqual(storage.now());
    },
  );

  test("400 for a body that is no object says so", async () => {
    expect((await send([])).json<{ message: string }>().message).toContain("fields: the whole body");
  });

  test("logs neither headers nor bodies", async () => {
    await send(pushPayload, { "x-secret-header": "header-canary" });
    await send({ ...pushPayload, after: "body-canary" });
    expect(lines.join("")).not.toMatch(/canary|sha256=|unauthorised/u);
  });
});
