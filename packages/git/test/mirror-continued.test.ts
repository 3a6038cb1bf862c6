import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { syncMirror } from "@keywarden/git/mirror";
import { makeRepository, writeHistory } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { serveRepositories } from "@keywarden/testing/serve-repositories";
import { describe, expect, it } from "vitest";
import { listIds } from "./list-ids.ts";

const commits = 60;

/** A history of which each commit brings some kilobytes that cannot be compressed. */
async function makeOrigin(): Promise<{ readonly repo: TestRepository; readonly ids: readonly string[] }> {
  const repo = await makeRepository();
  await repo.git("config", "uploadpack.allowAnySHA1InWant", "true");
  const ids = await writeHistory(
    repo,
    Array.from({ length: commits }, (_, index) => ({
      parents: index === 0 ? [] : [index - 1],
      files: new Map([["noise", randomBytes(5_000).toString("base64")]]),
      message: `commit ${index}`,
      atSeconds: 1_700_000_000 + index,
    })),
  );
  return { repo, ids };
}

describe("a clone that is cut off", () => {
  it("is continued by later calls, which keep what came through, until nothing is missing", async () => {
    const { repo, ids } = await makeOrigin();
    using _repo = repo;
    let mostBytes = 150_000;
    await using server = await serveRepositories(dirname(repo.path), repo.env, {
      mostBytes: () => mostBytes,
    });
    const tip = ids.at(-1) ?? "";
    const directory = join(repo.outside, "mirror");
    const options = {
      directory,
      url: `${server.url}/repository/.git`,
      want: [tip],
      env: repo.env,
      timeoutMs: 120_000,
    };
    // The whole is 300 kB, and so is the first step: git keeps nothing of either.
    await expect(syncMirror(options)).rejects.toMatchObject({ code: expect.stringMatching(/^GIT_/u) });
    await expect(syncMirror(options)).rejects.toMatchObject({ code: expect.stringMatching(/^GIT_/u) });
    await expect(syncMirror(options)).rejects.toMatchObject({ code: expect.stringMatching(/^GIT_/u) });
    const mirror = await syncMirror(options);
    expect(await listIds(mirror, { include: [tip], exclude: [] })).toHaveLength(commits * 3);
    expect(existsSync(join(directory, "shallow"))).toBe(false);

    // From here on it is like any other mirror.
    mostBytes = Infinity;
    const before = server.requests.length;
    repo.write("file", "more");
    const second = await repo.commit("more");
    await syncMirror({ ...options, want: [second] });
    expect(server.requests.length - before).toBeLessThanOrEqual(3);
  });

  it("is never read half, not even by a call that wants nothing more", async () => {
    const { repo, ids } = await makeOrigin();
    using _repo = repo;
    await using server = await serveRepositories(dirname(repo.path), repo.env);
    const [first = "", tip = ""] = [ids[0], ids.at(-1)];
    const options = {
      directory: join(repo.outside, "mirror"),
      url: `${server.url}/repository/.git`,
      want: [],
      env: repo.env,
      timeoutMs: 120_000,
    };
    await syncMirror(options);
    const step = ["fetch", "--quiet", "--depth=5", `file://${repo.path}`, `+${tip}:refs/keywarden/${tip}`];
    await repo.git("--git-dir", options.directory, ...step);
    expect(existsSync(join(options.directory, "shallow"))).toBe(true);

    const mirror = await syncMirror(options);
    expect(existsSync(join(options.directory, "shallow"))).toBe(false);
    expect(await listIds(mirror, { include: [first], exclude: [] })).toHaveLength(3);
  });
});
