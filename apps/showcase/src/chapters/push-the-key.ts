import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { builtInProviders, generateKey, type Secret } from "@keywarden/key-format";
import type { KeyServerProgram } from "@keywarden/testing/programs";
import { keyAnswer } from "../key-answer.ts";
import type { Timeline } from "../timeline.ts";
import type { ArmedApp } from "./arm-the-app.ts";
import type { Developer } from "./block-the-commit.ts";
import { type ShowcaseKey, pickKey } from "./issue-keys.ts";

export interface PushedKeys {
  readonly live: ShowcaseKey;
  readonly test: ShowcaseKey;
  readonly publishable: ShowcaseKey;
  /** Looks like a live key, but nobody issued it. */
  readonly lookAlike: Secret;
}

const pollEveryMs = 5;
const giveUpAfterMs = 30_000;

/** The developer skips both hooks; the App finds, asks, revokes. */
export async function pushTheKey(
  timeline: Timeline,
  story: {
    readonly developer: Developer;
    readonly armed: ArmedApp;
    readonly keys: readonly ShowcaseKey[];
    readonly server: KeyServerProgram;
  },
): Promise<PushedKeys> {
  const { developer, armed, keys, server } = story;
  const pushed: PushedKeys = {
    live: pickKey(keys, { provider: "aforo", kind: "secret", environment: "production" }),
    test: pickKey(keys, { provider: "aforo", kind: "secret", environment: "sandbox" }),
    publishable: pickKey(keys, { provider: "azotte", kind: "publishable", environment: "production" }),
    lookAlike: makeLookAlike(),
  };
  const before = await keyAnswer(server.url, pushed.live.provider, pushed.live.secret);

  developer.write("test/setup.env", `AFORO_API_KEY=${pushed.test.secret.reveal()}\n`);
  developer.write("src/widget.js", `init({ key: "${pushed.publishable.secret.reveal()}" });\n`);
  developer.write("docs/notes.md", `An old note says ${pushed.lookAlike.reveal()}, whatever that was.\n`);
  const { pushUrl } = await armed.github.createRepository("acme", "webshop", "dana");
  for (const args of [
    ["remote", "add", "origin", pushUrl],
    ["add", "."],
    ["commit", "--quiet", "--no-verify", "-m", "Send meter events, just this once"],
  ]) {
    const result = await developer.git(...args);
    if (result.status !== 0) throw new Error(`git ${args[0]} failed: ${result.output}`);
  }
  const push = ["push", "--quiet", "origin", "main"] as const;
  const stopped = await developer.git(...push);
  if (stopped.status === 0) throw new Error("git pushed a live key past the hook");
  timeline.step("push", "git commit --no-verify goes through; git push is stopped");
  timeline.detail(stopped.output.split("\n", 1)[0] ?? "");

  const forced = await developer.git(...push, "--no-verify");
  if (forced.status !== 0) throw new Error(`git push failed: ${forced.output}`);
  const pushedAtMs = performance.now();
  timeline.step("push", "git push --no-verify: the same key gets out, with three others");
  timeline.detail(`a call with ${pushed.live.secret.redacted} answered ${before} just before`);

  while ((await keyAnswer(server.url, pushed.live.provider, pushed.live.secret)) !== 401) {
    if (performance.now() - pushedAtMs > giveUpAfterMs) {
      throw new Error(
        `the pushed key still works after ${giveUpAfterMs / 1000} s\n${armed.app.program.log()}`,
      );
    }
    await wait(pollEveryMs);
  }
  const tookMs = Math.round(performance.now() - pushedAtMs);
  timeline.step(
    "revoked",
    `${tookMs} ms after the push a call with ${pushed.live.secret.redacted} answers 401`,
  );
  return pushed;
}

/** A key in the format of a provider that never issued it. */
function makeLookAlike(): Secret {
  const format = builtInProviders
    .find(({ id }) => id === "example")
    ?.formats.find(({ environment }) => environment === "production");
  if (format === undefined) throw new Error("the Example provider has no production format");
  return generateKey(format, randomBytes);
}
