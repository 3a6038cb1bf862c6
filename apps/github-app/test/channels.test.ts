import { createHmac } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import {
  makeEmailChannel,
  makeSlackChannel,
  makeWebhookChannel,
  type EmailSettings,
} from "@keywarden/channels";
import { Secret } from "@keywarden/key-format";
import { SMTPServer } from "smtp-server";
import { describe, expect, test } from "vitest";
import { makeNotice } from "../src/channels/notice.ts";
import { loadAppConfig } from "../src/config.ts";
import type { ExposureView } from "../src/operate/views.ts";
import { startRig } from "./rig/rig.ts";

const live = { kind: "secret", environment: "production" } as const;
const exposure: ExposureView = {
  id: 7,
  repository: { host: "github.com", id: 3, name: "acme/shop", visibility: "public" },
  key: "sk_live_…s9t0",
  fingerprint: "f".repeat(64),
  provider: "aforo",
  looksLike: null,
  keyId: "key_1",
  kind: "secret",
  environment: "production",
  state: "held",
  reason: "breaker",
  because: "too many keys were revoked in a short time",
  provenance: "came-after",
  approval: null,
  replacement: null,
  pusher: "dev",
  delivery: "d-1",
  firstSeenAt: "2026-01-01T00:00:00.000Z",
  decidedAt: "2026-01-01T00:00:01.000Z",
  locations: [{ commit: "c".repeat(40), path: "a<!channel>\r\nBcc: x@y.ts", line: 3, column: 1 }],
};
const notice = makeNotice(exposure);

describe("a notice", () => {
  test("says what, where and what to do, each on one line whatever a path holds", () => {
    expect(notice.title).toBe("acme/shop: aforo key sk_live_…s9t0 is live and held: a person has to decide");
    expect(notice.remedy).toBe("Run keywarden-github-app approve 7, or reject 7.");
    expect(makeNotice({ ...exposure, reason: "kill-switch" }).remedy).toMatch(
      /^Turn the kill switch off \(/u,
    );
    expect(Object.fromEntries(notice.facts)["More"]).toBe("keywarden-github-app show 7");
    expect(JSON.stringify([notice.title, notice.facts])).not.toMatch(/\\[rn]/u);
  });

  test.each([
    ["held", "policy-asks", true],
    ["reported", "in-history", true],
    ["reported", "rejected", true],
    ["reported", "in-grace", false],
    ["reported", "inactive", false],
    ["reported", "not-production", false],
    ["revoke", "live", false],
    ["waiting", "not-asked", false],
  ])("names a command exactly where it would change something: %s, %s", (state, reason, isOpen) => {
    const { remedy } = makeNotice({ ...exposure, state, reason });
    expect(remedy?.includes("approve 7") ?? false).toBe(isOpen);
  });

  test("asks nobody to revoke a key that has ended", () => {
    expect(makeNotice({ ...exposure, state: "reported", reason: "inactive" }).remedy).toBeNull();
  });

  test("names no provider that has not said that it issued the key", () => {
    const { title, facts } = makeNotice({ ...exposure, provider: null, looksLike: "aforo", keyId: null });
    expect(title).toContain("acme/shop: unknown key");
    expect(Object.fromEntries(facts)["Key"]).toContain("(unknown; written like a key of aforo, secret");
  });
});

describe("a webhook", () => {
  test("gets the notice signed over its very bytes and the time", async () => {
    await using hook = await listen();
    const secret = new Secret("a-channel-secret");
    await makeWebhookChannel({ name: "hook", url: hook.url, secret }, () => 1_700_000_000_500).send(notice);
    const [{ headers, body }] = hook.received as [Received];
    const signed = createHmac("sha256", secret.reveal()).update(`1700000000.${body}`).digest("hex");
    expect(headers["keywarden-signature"]).toBe(`t=1700000000,v1=${signed}`);
    expect(headers["keywarden-delivery"]).toBe("7:held:breaker");
    expect(JSON.parse(body)).toMatchObject({ event: "exposure.held", exposure: { id: 7, state: "held" } });
  });

  test.each([
    [503, "CHANNEL_UNAVAILABLE"],
    [429, "CHANNEL_UNAVAILABLE"],
    [404, "CHANNEL_REFUSED"],
    [302, "CHANNEL_REFUSED"],
  ])("that answers %i is told apart by whether another try can help", async (status, code) => {
    await using hook = await listen();
    hook.answerWith(status);
    const channel = makeWebhookChannel({ name: "hook", url: hook.url, secret: new Secret("s") }, Date.now);
    await expect(channel.send(notice)).rejects.toMatchObject({ code });
  });
});

test("Slack gets text in which no path is a mention, a link or a mark", async () => {
  await using hook = await listen();
  await makeSlackChannel({ name: "slack", url: new Secret(hook.url) }).send(notice);
  const { text } = JSON.parse(hook.received[0]?.body ?? "") as { readonly text: string };
  expect(text).toContain("a&lt;!channel&gt;??Bcc: x@y.ts:3");
  expect(text).not.toContain("<!channel>");
});

describe("e-mail over SMTP", () => {
  test("arrives as plain text, with one id for each repetition, behind a login", async () => {
    await using mail = await listenForMail();
    const channel = makeEmailChannel({ ...mail.settings, user: "app", password: new Secret("right") });
    await channel.send(notice);
    await channel.send(notice);
    expect(mail.received).toHaveLength(2);
    const [first = "", second = ""] = mail.received;
    expect(first).toMatch(/^Subject: .*Keywarden.*acme\/shop/mu);
    expect(first).toContain("auto-generated");
    expect(first).not.toMatch(/^Bcc:/mu);
    const idOf = (text: string) => /^Message-ID: (\S+)/mu.exec(text)?.[1];
    expect(idOf(first)).toMatch(/^<keywarden\.[0-9a-f]{32}@example\.com>$/u);
    expect(idOf(second)).toBe(idOf(first));
    expect(mail.recipients).toEqual(["security@example.com", "security@example.com"]);
  });

  test("is refused for good with a wrong password, and the server's words are not kept", async () => {
    await using mail = await listenForMail();
    const channel = makeEmailChannel({ ...mail.settings, user: "app", password: new Secret("wrong") });
    const error = await channel.send(notice).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "CHANNEL_REFUSED", message: "channel mail: answered 535" });
  });

  test("is not sent without TLS where TLS is asked for", async () => {
    await using mail = await listenForMail();
    const channel = makeEmailChannel({ ...mail.settings, security: "starttls" });
    await expect(channel.send(notice)).rejects.toMatchObject({ code: "CHANNEL_REFUSED" });
    expect(mail.received).toEqual([]);
  });

  test("waits for a server that does not answer", async () => {
    const mail = await listenForMail();
    await mail[Symbol.asyncDispose]();
    await expect(makeEmailChannel(mail.settings).send(notice)).rejects.toMatchObject({
      code: "CHANNEL_UNAVAILABLE",
    });
  });
});

test("what a public check run keeps quiet is told in private: after a failure again, and each decision once", async () => {
  await using hook = await listen();
  await using rig = await startRig({ private: false, withoutApp: true, config: { mode: "dry-run" } });
  const folder = dirname(rig.configFile);
  writeFileSync(join(folder, "hook-secret"), "s\n", { mode: 0o600 });
  const channel = { kind: "webhook", name: "security", url: hook.url, secretFile: "hook-secret" };
  const config = JSON.parse(readFileSync(rig.configFile, "utf8")) as object;
  writeFileSync(rig.configFile, JSON.stringify({ ...config, channels: [channel] }));
  const app = await rig.startApp();
  hook.answerWith(503);
  const key = rig.provider.issue(live);
  await rig.commit({ "a.ts": key.reveal() });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  expect(hook.received).toHaveLength(1);
  hook.answerWith(200);
  rig.time.advance(1_000);
  await rig.settle();
  const told = () => hook.received.map(({ body }) => (JSON.parse(body) as { readonly event: string }).event);
  expect(told()).toEqual(["exposure.would-revoke", "exposure.would-revoke"]);

  await app.reload({ ...loadAppConfig(rig.configFile), mode: "armed" });
  await rig.settle();
  await rig.commit({ "b.ts": key.reveal() });
  await rig.push("HEAD:refs/heads/main");
  await rig.settle();
  expect(told().slice(2)).toEqual(["exposure.revoked"]);
  expect(JSON.stringify(hook.received)).not.toContain(key.reveal());
  rig.assertNoLeak([key]);
});

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function listen() {
  const received: Received[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      received.push({ headers: request.headers, body });
      response.writeHead(status, status === 302 ? { location: "http://127.0.0.1:9/" } : {}).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answerWith: (next: number) => {
      status = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function listenForMail() {
  const received: string[] = [];
  const recipients: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    authOptional: true,
    logger: false,
    onAuth: ({ password }, _session, done) =>
      password === "right" ? done(null, { user: "app" }) : done(new Error("quoted-by-the-server")),
    onData(stream, session, done) {
      let text = "";
      stream.setEncoding("utf8").on("data", (part: string) => (text += part));
      stream.on("end", () => {
        received.push(text.replaceAll("\r\n", "\n").replaceAll(/\n[ \t]+/gu, " "));
        recipients.push(...session.envelope.rcptTo.map(({ address }) => address));
        done();
      });
    },
  });
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  const settings: EmailSettings = {
    name: "mail",
    host: "127.0.0.1",
    port,
    security: "none",
    user: undefined,
    password: undefined,
    from: "Keywarden <keywarden@example.com>",
    to: ["security@example.com"],
  };
  return {
    received,
    recipients,
    settings,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
