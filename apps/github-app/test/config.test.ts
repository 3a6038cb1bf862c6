import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { platform } from "node:os";
import { join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import type { TemporaryDirectory } from "@keywarden/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadAppConfig } from "../src/config.ts";
import { requireOwnStorage } from "../src/replacements/replacement-terms.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

const good = {
  github: { appId: 7, privateKeyFile: "app.pem", webhookSecretFile: "secrets/webhook" },
  providers: [{ provider: "aforo", baseUrl: "http://127.0.0.1:1234/aforo/", tokenFile: "token" }],
};

const replaces = { action: "rotate-then-revoke" };
const sink = { provider: "aforo", key: "shop", to: ["env:.env#KEY"] };

describe("the config", () => {
  let directory: TemporaryDirectory;
  beforeEach(() => {
    directory = makeTemporaryDirectory();
    mkdirSync(join(directory.path, "secrets"));
    put("app.pem", pem);
    put("secrets/webhook", "new-secret\r\nold-secret\n\n");
    put("token", "token-of-this-test\n");
  });
  afterEach(() => directory.remove());
  const put = (name: string, content: string) =>
    writeFileSync(join(directory.path, name), content, { mode: 0o600 });
  const load = (config: unknown) => {
    put("keywarden.json", typeof config === "string" ? config : JSON.stringify(config));
    return loadAppConfig(join(directory.path, "keywarden.json"));
  };

  test("starts in dry-run, with GitHub's own addresses and a breaker, when it names only what it must", () => {
    const config = load(good);
    expect(config).toMatchObject({
      mode: "dry-run",
      killSwitch: false,
      history: "report",
      breaker: { revocations: 10, windowMs: 600_000, share: null },
      github: { apiUrl: "https://api.github.com", gitUrl: "https://github.com" },
    });
    expect(config.apis[0]?.baseUrl).toBe("http://127.0.0.1:1234/aforo");
  });

  test("warns of providers whose keys the breaker's share cannot count", () => {
    const { providers } = good;
    const tokens = { provider: "keywarden", baseUrl: "http://127.0.0.1:1234", tokenFile: "token" };
    const { breaker, warnings } = load({
      ...good,
      providers: [...providers, tokens],
      breaker: { share: 0.2 },
    });
    expect(breaker.share).toBe(0.2);
    expect(warnings).toEqual(["breaker.share does not count for keywarden, whose API does not list keys"]);
    expect(load({ ...good, providers: [...providers, tokens] }).warnings).toEqual([]);
  });

  test("finds its files beside itself and takes one webhook secret a line", () => {
    const { webhookSecrets } = load(good).github;
    expect(webhookSecrets.map((secret) => secret.reveal())).toEqual(["new-secret", "old-secret"]);
  });

  describe.skipIf(platform() === "win32")("says with which chmod a file is mended", () => {
    test.each(["app.pem", "token", "secrets/webhook"])(
      "and refuses to start, when others may read %s",
      (name) => {
        const file = join(directory.path, name);
        chmodSync(directory.path, 0o755);
        chmodSync(file, 0o644);
        expect(() => load(good)).toThrow(
          `${file}: everyone on this machine may read it; run: chmod 0640 ${file}`,
        );
        chmodSync(file, 0o620);
        expect(() => load(good)).toThrow(`${file}: its group may change it; run: chmod 0600 ${file}`);
        chmodSync(file, 0o640);
        expect(load(good).warnings).toEqual([]);
      },
    );

    test("but for a webhook secret in a folder that nobody else can enter, which a command has written there", () => {
      chmodSync(join(directory.path, "secrets/webhook"), 0o644);
      chmodSync(directory.path, 0o700);
      expect(load(good).github.webhookSecrets).toHaveLength(2);
      chmodSync(directory.path, 0o710);
      chmodSync(join(directory.path, "secrets"), 0o700);
      expect(load(good).github.webhookSecrets).toHaveLength(2);
      chmodSync(join(directory.path, "secrets"), 0o711);
      expect(() => load(good)).toThrow("everyone on this machine may read it");
      chmodSync(join(directory.path, "secrets/webhook"), 0o600);
    });
  });

  test("prints no secret, however it is printed", () => {
    const config = load(good);
    const printed = JSON.stringify(config) + String(config.github.privateKey);
    // A line of this very key: the catalogue describes what private keys look like.
    const [, keyLine = ""] = pem.split("\n");
    for (const secret of ["new-secret", "token-of-this-test", keyLine]) expect(printed).not.toContain(secret);
  });

  test.each([
    ["a misspelt setting", { ...good, mod: "armed" }, "mod: unknown setting. Did you mean mode?"],
    [
      "a misspelt setting inside",
      { ...good, github: { ...good.github, apiURL: "https://x" } },
      "github.apiURL: unknown setting. Did you mean apiUrl?",
    ],
    ["a mode that does not exist", { ...good, mode: "on" }, "mode:"],
    ["no provider", { ...good, providers: [] }, "providers: must name at least one"],
    [
      "an unknown provider",
      { ...good, providers: [{ ...good.providers[0], provider: "afro" }] },
      '"afro" is not a known provider. Did you mean aforo?',
    ],
    ["a provider twice", { ...good, providers: [good.providers[0], good.providers[0]] }, "configured twice"],
    [
      "an address with a password in it",
      { ...good, providers: [{ ...good.providers[0], baseUrl: "https://a:b@example.com" }] },
      "without credentials",
    ],
    [
      "an address that is no web address",
      { ...good, github: { ...good.github, gitUrl: "file:///etc" } },
      "github.gitUrl",
    ],
    ["no app id", { ...good, github: { ...good.github, appId: undefined } }, "github.appId: is required"],
    ["no object", [], "the whole file"],
    ["text that is no JSON", '{"mode": armed}', "is not JSON"],
    [
      "a successor without a sink",
      { ...good, policy: [replaces] },
      'policy[0].action: rotate-then-revoke needs "rotation"',
    ],
    [
      "a successor of a key that is replaced in place",
      {
        ...good,
        providers: [{ ...good.providers[0], provider: "aurora-solar" }],
        policy: [replaces],
        rotation: { sinks: [{ ...sink, provider: "aurora-solar" }] },
      },
      "cannot be done for aurora-solar: it replaces a key's secret in place",
    ],
    [
      "a provider whose successors have nowhere to go",
      {
        ...good,
        providers: [...good.providers, { ...good.providers[0], provider: "azotte" }],
        policy: [replaces],
        rotation: { sinks: [sink] },
      },
      "rotation.sinks names no sink for the keys of azotte",
    ],
    [
      "a sink that is none",
      { ...good, policy: [replaces], rotation: { sinks: [{ ...sink, to: ["file:x"] }] } },
      'rotation.sinks[0].to: "file:x" is not a sink',
    ],
    [
      "a sink of a provider that is not configured",
      { ...good, rotation: { sinks: [{ ...sink, provider: "azotte" }] } },
      '"azotte" is not among "providers"',
    ],
    ["a breaker that never opens", { ...good, breaker: { revocations: 0 } }, "breaker.revocations"],
  ])("refuses %s with a sentence that names it", (_, config, sentence) => {
    expect(() => load(config)).toThrow(
      expect.objectContaining({ code: "APP_CONFIG", message: expect.stringContaining(sentence) }),
    );
  });

  test.each([
    ["an empty webhook secret", "secrets/webhook", " \n", "contains no webhook secret"],
    ["an empty token", "token", "\n", "is empty"],
    ["a private key that is none", "app.pem", "canary", "is not a private key in PEM form"],
  ])("refuses %s and does not quote it", (_, file, content, sentence) => {
    put(file, content);
    const failure = expect.objectContaining({ message: expect.stringContaining(sentence) });
    expect(() => load(good)).toThrow(failure);
    expect(() => load(good)).not.toThrow(/canary/u);
  });

  test("that makes successors is refused where several Apps share a database", () => {
    const { replacement } = load({ ...good, policy: [replaces], rotation: { sinks: [sink] } });
    expect(replacement).toMatchObject({
      deadlineMs: 900_000,
      otherwise: "revoke",
      directory: directory.path,
    });
    expect(() => requireOwnStorage({ replacement }, null)).not.toThrow();
    expect(() => requireOwnStorage({ replacement }, "postgres://db")).toThrow(
      /works with the storage in --data alone, not with DATABASE_URL/u,
    );
  });

  test("names a file that is missing", () => {
    expect(() => load({ ...good, github: { ...good.github, privateKeyFile: "gone.pem" } })).toThrow(
      /cannot read the app's private key from .*gone\.pem: there is no such file or folder/u,
    );
  });
});
