import { openSink } from "@keywarden/rotation";
import { assertNoKey, makeTemporaryDirectory, startGitHubEmulator } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { contextIn, delivery, newKey } from "./sink-folder.ts";

const write = "PUT /repos/{owner}/{repo}/actions/secrets/{secret_name}";

async function start() {
  const directory = makeTemporaryDirectory();
  const emulator = await startGitHubEmulator({ directory: directory.path, webhookSecret: "unused" });
  const repository = await emulator.createRepository({ owner: "acme", name: "shop" });
  const env = { GITHUB_TOKEN: repository.userToken, GITHUB_API_URL: emulator.url };
  return {
    emulator,
    open: (target: string, changes: Readonly<Record<string, string>> = {}) =>
      openSink(target, contextIn(directory.path, { ...env, ...changes })),
    [Symbol.asyncDispose]: async () => {
      await emulator.close();
      directory.remove();
    },
  };
}

describe("the GitHub Actions sink", () => {
  test("makes a secret, then replaces it, by GitHub's own description", async () => {
    await using github = await start();
    const sink = github.open("github:acme/shop#API_KEY");
    await sink.check();
    expect(await sink.deliver(newKey, delivery)).toBe("made API_KEY in acme/shop");
    expect(await sink.deliver(newKey, delivery)).toBe("replaced API_KEY in acme/shop");
    expect(github.emulator.actionsSecret("acme/shop", "API_KEY") === newKey.reveal()).toBe(true);
    github.emulator.assertNoViolations();
  });

  test("writes the secret of an environment, apart from the repository's", async () => {
    await using github = await start();
    await github.open("github:acme/shop/production#API_KEY").deliver(newKey, delivery);
    expect(github.emulator.actionsSecret("acme/shop/production", "API_KEY") === newKey.reveal()).toBe(true);
    expect(github.emulator.actionsSecret("acme/shop", "API_KEY")).toBeUndefined();
    github.emulator.assertNoViolations();
  });

  test.each([
    [401, "SINK_REFUSED", "is the token still valid?"],
    [403, "SINK_UNAVAILABLE", "did not write the secret"],
    [503, "SINK_UNAVAILABLE", "did not write the secret"],
  ])("says what %i means, without the key", async (status, code, words) => {
    await using github = await start();
    github.emulator.failNext({ route: write, status });
    const error = await github
      .open("github:acme/shop#API_KEY")
      .deliver(newKey, delivery)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
    assertNoKey(String(error), [newKey]);
  });

  test("does not see what the token may not see, and says so before anything is made", async () => {
    await using github = await start();
    await expect(github.open("github:acme/other#API_KEY").check()).rejects.toThrow("is the name right");
    await expect(github.open("github:acme/shop#API_KEY", { GITHUB_TOKEN: "" }).check()).rejects.toMatchObject(
      {
        code: "SINK_NOT_READY",
      },
    );
  });

  test.each([
    "github:acme#KEY",
    "github:acme/shop#GITHUB_KEY",
    "github:acme/shop#2",
    "github:a/b/c/d#KEY",
    "github:acme/shop/#KEY",
  ])("refuses %s", (target) => {
    expect(() => openSink(target, contextIn("/"))).toThrow("must be written as github:");
  });
});
