import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readObjects, resolveCommit } from "@keywarden/git";
import { listRemoteRefs, syncMirror } from "@keywarden/git/mirror";
import { makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { collect } from "./collect.ts";
import { listIds } from "./list-ids.ts";
import { serveRepositories } from "@keywarden/testing/serve-repositories";
import type { GitServer } from "@keywarden/testing/serve-repositories";

type MirrorOptions = Parameters<typeof syncMirror>[0];
const authorization = `Basic ${Buffer.from("x-access-token:a-token-for-the-test").toString("base64")}`;

async function makeOrigin(objectFormat: "sha1" | "sha256" = "sha1"): Promise<TestRepository> {
  const repo = await makeRepository({ objectFormat });
  await repo.git("config", "uploadpack.allowAnySHA1InWant", "true");
  repo.write("file", "content");
  await repo.commit("first");
  return repo;
}

async function serveOrigin(repo: TestRepository): Promise<GitServer> {
  return serveRepositories(dirname(repo.path), repo.env, { authorization });
}

function optionsFor(repo: TestRepository, server: GitServer, want: readonly string[]): MirrorOptions {
  return {
    directory: join(repo.outside, "mirror"),
    url: `${server.url}/repository/.git`,
    authorization,
    want,
    env: repo.env,
    timeoutMs: 120_000,
  };
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe("syncMirror", () => {
  it.each(["sha1", "sha256"] as const)(
    "fetches a commit by its id with all its history (%s)",
    async (objectFormat) => {
      using repo = await makeOrigin(objectFormat);
      repo.write("file", "changed");
      const tip = await repo.commit("second");
      await using server = await serveOrigin(repo);

      const mirror = await syncMirror(optionsFor(repo, server, [tip]));

      expect(mirror).toMatchObject({ isBare: true, objectFormat, directory: join(repo.outside, "mirror") });
      expect(await listIds(mirror, { include: [tip], exclude: [] })).toHaveLength(6);
      const [blob] = await collect(readObjects(mirror, [await repo.git("rev-parse", "HEAD:file")]));
      expect(blob?.bytes.toString()).toBe("changed");
    },
  );

  it("fetches what no branch reaches any more", async () => {
    using repo = await makeOrigin();
    const first = await repo.git("rev-parse", "HEAD");
    repo.write("file", "pushed by mistake");
    const lost = await repo.commit("mistake");
    await repo.git("reset", "--quiet", "--hard", first);
    await using server = await serveOrigin(repo);

    const mirror = await syncMirror(optionsFor(repo, server, [lost]));
    expect(await resolveCommit(mirror, lost)).toBe(lost);
  });

  it("fetches refs by name and by pattern, and follows them when they move or go", async () => {
    using repo = await makeOrigin();
    await repo.git("branch", "extra");
    await repo.git("tag", "-a", "-m", "message", "v1");
    await using server = await serveOrigin(repo);
    const options = optionsFor(repo, server, ["refs/heads/*", "refs/tags/v1"]);
    const mirror = await syncMirror(options);
    expect(await resolveCommit(mirror, "refs/heads/extra")).toBe(await repo.git("rev-parse", "main"));
    expect(await resolveCommit(mirror, "refs/tags/v1")).toBe(await repo.git("rev-parse", "main"));

    await repo.git("branch", "--quiet", "-D", "extra");
    await repo.git("commit", "--quiet", "--amend", "--allow-empty", "-m", "rewritten");
    await syncMirror(options);
    expect(await resolveCommit(mirror, "refs/heads/extra")).toBeNull();
    expect(await resolveCommit(mirror, "refs/heads/main")).toBe(await repo.git("rev-parse", "main"));
  });

  it("transfers only what is new the next time", async () => {
    using repo = await makeOrigin();
    repo.write("large", Buffer.alloc(300_000, "unique "));
    const first = await repo.commit("large");
    await using server = await serveOrigin(repo);
    await syncMirror(optionsFor(repo, server, [first]));
    repo.write("small", "new");
    const second = await repo.commit("small");

    const mirror = await syncMirror(optionsFor(repo, server, [second]));
    const packs = filesBelow(join(mirror.directory, "objects")).filter((path) => path.endsWith(".pack"));
    const held = await Promise.all(packs.map((path) => repo.git("verify-pack", "-v", path)));
    const large = await repo.git("rev-parse", "HEAD:large");
    expect(held.filter((listed) => listed.includes(large))).toHaveLength(1);
  });

  it("sends the authorization without writing it anywhere", async () => {
    using repo = await makeOrigin();
    await using server = await serveOrigin(repo);
    const mirror = await syncMirror(optionsFor(repo, server, ["refs/heads/main"]));

    expect(server.requests.length).toBeGreaterThan(0);
    expect(server.requests.every((request) => request.authorization === authorization)).toBe(true);
    const secret = authorization.slice("Basic ".length);
    const holds = (text: string): readonly string[] =>
      filesBelow(mirror.directory).filter((path) => readFileSync(path).includes(text));
    expect(holds(secret)).toEqual([]);
    expect(holds("127.0.0.1")).toEqual([]);
    expect(JSON.stringify(mirror.env)).not.toContain(secret);
    expect(server.requests.some(({ path }) => path.includes(secret))).toBe(false);
  });

  it("does not follow a redirect, least of all with the authorization", async () => {
    using repo = await makeOrigin();
    await using other = await serveRepositories(dirname(repo.path), repo.env);
    await using server = await serveRepositories(dirname(repo.path), repo.env, {
      answer: (request, response) => {
        response.writeHead(302, { location: `${other.url}${request.url ?? ""}` }).end();
        return true;
      },
    });
    await expect(syncMirror(optionsFor(repo, server, ["refs/heads/main"]))).rejects.toMatchObject({
      name: "GitError",
    });
    expect(other.requests).toEqual([]);
  });

  it("runs nothing that configuration, hooks, helpers or templates name", async () => {
    using repo = await makeOrigin();
    await using server = await serveOrigin(repo);
    const marker = join(repo.outside, "a-program-ran");
    const program = join(repo.outside, "program");
    writeFileSync(program, `#!/bin/sh\ntouch '${marker}'\n`);
    chmodSync(program, 0o755);
    const hooks = join(repo.outside, "hooks");
    mkdirSync(hooks);
    for (const hook of ["reference-transaction", "post-checkout", "post-merge"]) {
      writeFileSync(join(hooks, hook), readFileSync(program));
      chmodSync(join(hooks, hook), 0o755);
    }
    for (const [key, value] of [
      ["core.hooksPath", hooks],
      ["core.fsmonitor", program],
      ["credential.helper", program],
      ["core.askPass", program],
      ["core.gitProxy", program],
    ] as const) {
      await repo.git("config", "--global", key, value);
    }
    const options = optionsFor(repo, server, ["refs/heads/main"]);
    const env = { ...repo.env, GIT_ASKPASS: program, SSH_ASKPASS: program, GIT_TEMPLATE_DIR: dirname(hooks) };
    await syncMirror({ ...options, env });
    await expect(
      syncMirror({ ...options, env, authorization: "Basic d3Jvbmc6d3Jvbmc=", want: ["refs/heads/*"] }),
    ).rejects.toMatchObject({ code: "GIT_UNAUTHORISED" });
    expect(existsSync(marker)).toBe(false);
  });

  it("is not misled by the git variables of a hook that it runs in", async () => {
    using repo = await makeOrigin();
    await using server = await serveOrigin(repo);
    const env = { ...repo.env, GIT_DIR: join(repo.path, ".git"), GIT_INDEX_FILE: ".git/index" };
    const mirror = await syncMirror({ ...optionsFor(repo, server, ["refs/heads/main"]), env });
    expect(mirror.gitDirectory).toBe(join(repo.outside, "mirror"));
    expect(await resolveCommit(mirror, "refs/heads/main")).not.toBeNull();
  });

  it("lets calls for the same mirror wait for each other, whatever becomes of one of them", async () => {
    using repo = await makeOrigin();
    await using server = await serveOrigin(repo);
    const tips: string[] = [];
    for (let index = 0; index < 4; index += 1) tips.push(await repo.commit(`commit ${index}`));

    const results = await Promise.allSettled(
      [...tips, "e".repeat(40), ...tips].map((tip) => syncMirror(optionsFor(repo, server, [tip]))),
    );
    expect(results.map(({ status }) => status)).toEqual(
      Array.from({ length: 9 }, (_, index) => (index === 4 ? "rejected" : "fulfilled")),
    );
  });

  it("needs the network no more for an id that it has", async () => {
    using repo = await makeOrigin();
    await using server = await serveOrigin(repo);
    const tip = await repo.git("rev-parse", "HEAD");
    const options = optionsFor(repo, server, [tip]);
    await syncMirror(options);
    expect(await syncMirror({ ...options, want: [] })).toMatchObject({ isBare: true });
    const nobody = { ...options, url: "http://127.0.0.1:1/none.git" };
    expect(await resolveCommit(await syncMirror(nobody), tip)).toBe(tip);
    await expect(syncMirror({ ...nobody, want: [tip, "e".repeat(40)] })).rejects.toThrow("fetch");
  });

  it("fetches with what is wanted what will be, and what is wanted alone where the remote has not all", async () => {
    using repo = await makeOrigin();
    await using server = await serveOrigin(repo);
    const tips: string[] = [];
    for (let index = 0; index < 3; index += 1) tips.push(await repo.commit(`commit ${index}`));
    const [first = "", second = "", third = ""] = tips;
    const options = optionsFor(repo, server, [first]);
    const gone = "e".repeat(40);
    await syncMirror({ ...options, alongside: async () => [second, gone] });
    const nobody = { ...options, url: "http://127.0.0.1:1/none.git" };
    await expect(syncMirror({ ...nobody, want: [second] })).rejects.toThrow("fetch");

    await syncMirror({ ...options, want: [second], alongside: async () => [first, third] });
    const asked: string[] = [];
    const mirror = await syncMirror({
      ...nobody,
      want: [third],
      alongside: async () => {
        asked.push("once more");
        return [];
      },
    });
    expect(await resolveCommit(mirror, third)).toBe(third);
    expect(asked).toEqual([]);
  });
});

describe("a mirror that cannot be synchronised", () => {
  it.each([
    ["an id that the remote does not have", "e".repeat(40), "GIT_OBJECT_MISSING"],
    ["a ref that the remote does not have", "refs/heads/absent", "GIT_REF_MISSING"],
    ["an abbreviated id", "abc1234", "GIT_BAD_INPUT"],
    ["a short ref", "main", "GIT_BAD_INPUT"],
    ["an option", "--upload-pack=touch x", "GIT_BAD_INPUT"],
    ["a refspec of its own", "refs/heads/main:refs/heads/other", "GIT_BAD_INPUT"],
    ["the zero id", "0".repeat(40), "GIT_BAD_INPUT"],
    ["a ref with a line break", "refs/heads/a\nb", "GIT_BAD_INPUT"],
  ])("names the reason for %s", async (_what, want, code) => {
    using repo = await makeOrigin();
    await using server = await serveOrigin(repo);
    await expect(syncMirror(optionsFor(repo, server, [want]))).rejects.toMatchObject({ code });
  });

  it("tells refused credentials, a missing repository and a dead host apart, without the credentials", async () => {
    using repo = await makeOrigin();
    const server = await serveOrigin(repo);
    const options = optionsFor(repo, server, ["refs/heads/main"]);
    await expect(syncMirror({ ...options, authorization: "Basic d3Jvbmc6d3Jvbmc=" })).rejects.toMatchObject({
      code: "GIT_UNAUTHORISED",
      message: expect.not.stringContaining("d3Jvbmc6d3Jvbmc="),
    });
    await expect(syncMirror({ ...options, url: `${server.url}/absent.git` })).rejects.toMatchObject({
      code: "GIT_REMOTE_MISSING",
    });
    await server[Symbol.asyncDispose]();
    await expect(syncMirror(options)).rejects.toMatchObject({ code: "GIT_UNREACHABLE" });
  });

  it("gives up on a remote that does not answer", async () => {
    using repo = await makeOrigin();
    await using server = await serveRepositories(dirname(repo.path), repo.env, { answer: () => true });
    await expect(
      syncMirror({ ...optionsFor(repo, server, ["refs/heads/main"]), timeoutMs: 300 }),
    ).rejects.toMatchObject({ code: "GIT_TIMEOUT" });
  });

  it.each([
    ["credentials in the URL", "https://user:pass@example.com/a.git"],
    ["plain http to another host", "http://example.com/a.git"],
    ["a program for a remote", "ext::sh -c true"],
    ["ssh", "ssh://git@example.com/a.git"],
    ["a local path", "/etc"],
    ["a file", "file:///etc"],
    ["an option", "--upload-pack=true"],
  ])("refuses %s before git is asked", async (_what, url) => {
    using repo = await makeRepository();
    const directory = join(repo.outside, "mirror");
    const failure = syncMirror({ directory, url, want: [], env: repo.env, timeoutMs: 1000 });
    await expect(failure).rejects.toMatchObject({
      code: "GIT_BAD_INPUT",
      message: expect.not.stringContaining("pass@"),
    });
    expect(existsSync(directory)).toBe(false);
  });

  it("refuses an authorization that would add headers of its own", async () => {
    using repo = await makeRepository();
    await expect(
      syncMirror({
        directory: join(repo.outside, "mirror"),
        url: "https://example.com/a.git",
        authorization: "Basic x\r\nX-Other: y",
        want: [],
        env: repo.env,
        timeoutMs: 1000,
      }),
    ).rejects.toMatchObject({ code: "GIT_BAD_INPUT" });
  });
});

describe("listRemoteRefs", () => {
  it("names every ref of a remote with its object, tags as they are, before anything is fetched", async () => {
    using repo = await makeOrigin();
    await repo.git("tag", "-a", "-m", "a tag", "v1");
    await repo.git("update-ref", "refs/pull/7/head", "HEAD");
    await using server = await serveOrigin(repo);

    const refs = await listRemoteRefs(optionsFor(repo, server, []));

    const head = await repo.git("rev-parse", "HEAD");
    expect(refs).toEqual([
      { name: "refs/heads/main", id: head },
      { name: "refs/pull/7/head", id: head },
      { name: "refs/tags/v1", id: await repo.git("rev-parse", "v1") },
    ]);
    expect(existsSync(join(repo.outside, "mirror", "HEAD"))).toBe(false);
  });

  it("says what is wrong with a remote that cannot be asked, and never the credentials", async () => {
    using repo = await makeOrigin();
    await using server = await serveOrigin(repo);
    const options = { ...optionsFor(repo, server, []), authorization: "Basic c3RyYW5nZXI6c3RyYW5nZXI=" };

    await expect(listRemoteRefs(options)).rejects.toMatchObject({ code: "GIT_UNAUTHORISED" });
    await expect(listRemoteRefs(options)).rejects.not.toThrow(/c3RyYW5n/u);
  });
});
