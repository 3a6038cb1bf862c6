import { GitError } from "@keywarden/git";
import { expect, test } from "vitest";
import * as z from "zod";
import { AppError } from "../src/app-error.ts";
import { reduceFailure } from "../src/jobs/failure.ts";
import { nextDelayMs } from "../src/jobs/stage.ts";
import { makeKeyedLock } from "../src/keyed-lock.ts";

const policy = { attempts: 5, firstDelayMs: 1_000, longestDelayMs: 3_000 };

test("delays double up to the longest and end with the last attempt", () => {
  expect([1, 2, 3, 4, 5].map((attempt) => nextDelayMs(policy, attempt, undefined))).toEqual([
    1_000,
    2_000,
    3_000,
    3_000,
    null,
  ]);
});

test("a wait that the other side asked for is kept, up to an hour", () => {
  expect(nextDelayMs(policy, 1, 30_000)).toBe(30_000);
  expect(nextDelayMs(policy, 1, 10)).toBe(1_000);
  expect(nextDelayMs(policy, 1, 365 * 24 * 3_600_000)).toBe(3_600_000);
});

test("an error of ours keeps its code and words", () => {
  expect(reduceFailure(new GitError("GIT_UNREACHABLE", "no line"))).toMatchObject({
    code: "GIT_UNREACHABLE",
    message: "no line",
  });
  expect(reduceFailure(new AppError("GITHUB_RATE_LIMITED", "slow", { retryAfterMs: 5 }))).toMatchObject({
    retryAfterMs: 5,
    isFinal: false,
  });
});

test("the words of an unknown error are dropped, because they can quote anything", () => {
  const canary = Object.assign(new TypeError("canary"), {
    request: { headers: { authorization: "canary" } },
  });
  for (const error of [canary, "canary", { message: "canary" }, null]) {
    expect(JSON.stringify(reduceFailure(error))).not.toContain("canary");
  }
});

test("a payload that is not in order is given up at once and not quoted", () => {
  const { error } = z.object({ id: z.number() }).safeParse({ id: "canary" });
  expect(reduceFailure(error)).toMatchObject({ code: "APP_BAD_JOB", isFinal: true });
  expect(JSON.stringify(reduceFailure(error))).not.toContain("canary");
});

test("a lock keeps work on one key apart, lets other keys through, and survives failures", async () => {
  const lock = makeKeyedLock();
  const order: string[] = [];
  let release = (): void => {};
  const first = lock.run("a", async () => {
    order.push("a1 starts");
    await new Promise<void>((resolve) => (release = resolve));
    order.push("a1 ends");
    throw new Error("failed");
  });
  const second = lock.run("a", async () => order.push("a2"));
  await lock.run("b", async () => order.push("b"));
  release();
  await expect(first).rejects.toThrow("failed");
  await second;
  expect(order).toEqual(["a1 starts", "b", "a1 ends", "a2"]);
});
