import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprint, generateKey, Secret } from "@keywarden/key-format";
import { makeManagementClient } from "@keywarden/management";
import type { ManagementClient } from "@keywarden/management";
import {
  assertNoKey,
  makeOwnProvider,
  makeRandom,
  makeTemporaryDirectory,
  ownDefinition,
  sha256,
} from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { loadAppConfig } from "../src/config.ts";
import type { AppConfig } from "../src/config.ts";
import { makeLog } from "../src/log.ts";
import { startKeyServer } from "./rig/key-server.ts";
import { startRig } from "./rig/rig.ts";

const fingerprintOf = (secret: Secret): string => fingerprint(secret, sha256);

async function stateOf(client: ManagementClient, secret: Secret): Promise<string> {
  const answer = await client.lookup(fingerprintOf(secret));
  return answer.found ? answer.key.state : "unknown";
}

function configIn(directory: string, more: object): AppConfig {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const put = (name: string, content: string): string => {
    writeFileSync(join(directory, name), content, { mode: 0o600 });
    return name;
  };
  const config = {
    github: {
      appId: 7,
      privateKeyFile: put("app.pem", privateKey.export({ type: "pkcs8", format: "pem" }).toString()),
      webhookSecretFile: put("webhook", "secret"),
    },
    providers: [{ provider: "acme", baseUrl: "http://127.0.0.1:1/acme", tokenFile: put("token", "t") }],
    ...more,
  };
  return loadAppConfig(join(directory, put("app.json", JSON.stringify(config))));
}

describe("a provider of the user's own", () => {
  test("is found, looked up and revoked at the server that serves it", async () => {
    using directory = makeTemporaryDirectory();
    const providersFile = join(directory.path, "keywarden.json");
    // The same file that the repositories hold.
    writeFileSync(providersFile, JSON.stringify({ providers: [ownDefinition] }));
    const data = join(directory.path, "keys");
    await using server = await startKeyServer(data, "--providers", providersFile);
    const baseUrl = `${server.url}/acme`;
    const tokenFile = join(directory.path, "responder-token");
    writeFileSync(tokenFile, (await server.makeToken("responder")).token, { mode: 0o600 });
    const providers = [{ provider: "acme", baseUrl, tokenFile }];
    await using rig = await startRig({ config: { definitions: providersFile, providers } });
    const operator = makeManagementClient({
      dialect: "standard",
      baseUrl,
      token: new Secret(server.token),
    });
    const { secret } = await operator.create({
      name: "shop",
      kind: "secret",
      environment: "production",
    });

    const sha = await rig.commit({ "src/config.ts": `const key = "${secret.reveal()}";\n` });
    await rig.push();
    await rig.settle();

    expect(rig.checkRun(sha)?.output.title).toBe("1 key found: 1 revoked");
    expect(rig.checkRun(sha)?.output.summary).toContain("### Acme secret key acme_live_…");
    expect(await stateOf(operator, secret)).toBe("revoked");
    rig.assertNoLeak([secret]);
  });

  test("is masked in a line of the log, and not without its definition", () => {
    using directory = makeTemporaryDirectory();
    const [format] = makeOwnProvider().formats;
    if (format === undefined) throw new Error("acme has no format");
    const secret = generateKey(format, makeRandom(3));
    let text = "";
    const { providers } = configIn(directory.path, { definitions: [ownDefinition] });
    makeLog({ form: "text", write: (line) => (text += line), clock: () => 0, providers })(
      "warn",
      secret.reveal(),
    );
    assertNoKey(text, [secret]);
    expect(text).toContain(secret.redacted);
  });

  test("that is defined wrongly in the config is refused with what was meant", () => {
    using directory = makeTemporaryDirectory();
    const wrong = { ...ownDefinition, formats: [{ ...ownDefinition.formats[0], environment: "prod" }] };
    expect(() => configIn(directory.path, { definitions: [wrong] })).toThrow(
      /definitions\[0\]\.formats\[0\]\.environment: must be one of .*; did you mean "production"\?/,
    );
  });

  test("that is defined wrongly in a file is refused with its line and column", () => {
    using directory = makeTemporaryDirectory();
    writeFileSync(join(directory.path, "own.json"), '[\n  { "id": "acme", "formats": [], "nmae": "x" }\n]');
    expect(() => configIn(directory.path, { definitions: "own.json" })).toThrow(
      /own\.json:2:\d+: \[0\]\.nmae: is not known here; did you mean "name"\?/,
    );
  });
});

describe("a token of keywarden-server", () => {
  async function start(directory: string) {
    const server = await startKeyServer(join(directory, "keys"));
    const tokenFile = join(directory, "responder-token");
    writeFileSync(tokenFile, (await server.makeToken("responder")).token, { mode: 0o600 });
    const providers = [{ provider: "keywarden", baseUrl: server.url, tokenFile }];
    const rig = await startRig({ config: { providers } });
    const pushToken = async (text: string) => {
      const sha = await rig.commit({ ".env": `KEYWARDEN_TOKEN=${text}\n` });
      await rig.push();
      await rig.settle();
      return rig.checkRun(sha)?.output;
    };
    return {
      server,
      rig,
      pushToken,
      own: () => readFileSync(tokenFile, "utf8"),
      [Symbol.asyncDispose]: async () => {
        await rig[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  }

  test("is found in a push and revoked where it was issued", async () => {
    using directory = makeTemporaryDirectory();
    await using story = await start(directory.path);
    const { token } = await story.server.makeToken("operator");
    expect(await story.server.statusOf("/v1/me", token)).toBe(200);

    const output = await story.pushToken(token);

    expect(output?.title).toBe("1 key found: 1 revoked");
    expect(output?.summary).toContain("### Keywarden secret key kwt_…");
    expect(await story.server.statusOf("/v1/me", token)).toBe(401);
    story.rig.assertNoLeak([new Secret(token)]);
  });

  test("stays when the App itself works with it, or when no other could make tokens, and the report says so", async () => {
    using directory = makeTemporaryDirectory();
    await using story = await start(directory.path);
    const own = story.own();
    const ownOutput = await story.pushToken(own);
    expect(ownOutput?.title).toBe("1 key found: 1 live, still working");
    expect(ownOutput?.summary).toContain("is the token that Keywarden itself uses to revoke keys");
    expect(await story.server.statusOf("/v1/me", own)).toBe(200);

    const last = await story.pushToken(story.server.token);
    expect(last?.summary).toContain("its provider refused to revoke it");
    expect(await story.server.statusOf("/v1/me", story.server.token)).toBe(200);
    story.rig.assertNoLeak([new Secret(own), new Secret(story.server.token)]);
  });
});
