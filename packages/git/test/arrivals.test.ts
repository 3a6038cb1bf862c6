import { randomBytes } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { syncMirror } from "@keywarden/git/mirror";
import { makeRepository, writeHistory } from "@keywarden/testing";
import { serveRepositories } from "@keywarden/testing/serve-repositories";
import { describe, expect, it } from "vitest";
import { listIds } from "./list-ids.ts";

async function startOrigin(mostBytes = () => Infinity) {
  const repo = await makeRepository();
  await repo.git("config", "uploadpack.allowAnySHA1InWant", "true");
  const server = await serveRepositories(dirname(repo.path), repo.env, { mostBytes });
  const sync = (...want: readonly string[]) =>
    syncMirror({
      directory: join(repo.outside, "mirror"),
      url: `${server.url}/repository/.git`,
      want,
      env: repo.env,
      timeoutMs: 20_000,
    });
  return {
    repo,
    sync,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      repo.remove();
    },
  };
}

describe("what arrives in a mirror", () => {
  it("is known of the last fetches, but where a transfer may have left a part behind", async () => {
    await using origin = await startOrigin();
    const { repo, sync } = origin;
    repo.write("file", "content");
    await repo.commit("first");
    repo.write("file", "changed");
    const second = await repo.commit("changed");
    const all = await listIds(await sync(second), { include: [second], exclude: [] });
    // The remote sends again what is here, as it cannot know that.
    repo.write("file", "content");
    await repo.commit("changed back");
    const fourth = await repo.commit("nothing");

    const fresh = await sync(fourth);
    const ids = [...(fresh.arrived?.ids ?? [])];
    expect(ids.toSorted()).toEqual([...all, fourth, await repo.git("rev-parse", `${fourth}~`)].toSorted());
    expect((await sync(fourth)).arrived).toEqual(fresh.arrived);

    // As a program of before this one left it.
    rmSync(join(fresh.directory, "keywarden-whole-packs"));
    const fifth = await repo.commit("more of nothing");
    expect((await sync(fifth)).arrived).toBeUndefined();
  });

  it("is there whole or not at all, so that what is here has all that it leads to", async () => {
    let mostBytes = Infinity;
    await using origin = await startOrigin(() => mostBytes);
    const { repo, sync } = origin;
    // Fewer objects than those of which git by itself makes a file each as they come.
    const history = Array.from({ length: 25 }, (_, index) => ({
      parents: index === 0 ? [] : [index - 1],
      files: new Map([["noise", randomBytes(5_000).toString("base64")]]),
      message: `commit ${index}`,
      atSeconds: 1_700_000_000 + index,
    }));
    const [first = "", ...more] = await writeHistory(repo, history);
    const { directory } = await sync(first);
    const listFiles = (): readonly string[] =>
      readdirSync(join(directory, "objects"), { recursive: true, encoding: "utf8" }).toSorted();
    const before = listFiles();
    mostBytes = 60_000;
    await expect(sync(more.at(-1) ?? "")).rejects.toMatchObject({ code: expect.stringMatching(/^GIT_/u) });
    expect(listFiles().filter((name) => !name.includes("tmp_pack_"))).toEqual(before);

    // All of it is new to the mirror, of which nothing else is known any more.
    mostBytes = Infinity;
    const mirror = await sync(more.at(-1) ?? "");
    expect(mirror.arrived?.ids.size).toBe(24 * 3);
  });
});
