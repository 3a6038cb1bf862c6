import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtProgram } from "@keywarden/testing/built-program";
import { assertNoKey } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { keys, keywarden, live, restricted } from "./command.ts";
import { addKey, makePlace } from "./receiving-repository.ts";

describe("a push that arrives at a server", () => {
  it("is taken when it is clean, and the objects scanned are those received", async () => {
    using place = await makePlace();
    const { isTaken, output } = await place.push("origin", "main");
    expect(output).toContain("remote: keywarden: no keys found: 3 objects received, 3 scanned");
    expect(isTaken).toBe(true);
  });

  it("is taken with a packing that is not opened, which is no proof that no key was found in it", async () => {
    using place = await makePlace();
    place.work.write("old.xz", Buffer.from("fd377a585a000004e6d6b44600000000", "hex"));
    await place.work.commit("add a packing");
    const { isTaken, output } = await place.push("origin", "main");
    expect(output).toContain("keywarden: no keys found in what was read: ");
    expect(isTaken).toBe(true);
  });

  it("is refused for a key in a new branch, in a middle commit and in a forced push, in lines that fit", async () => {
    using place = await makePlace();
    const { work, push } = place;
    await push("origin", "main");
    const id = await addKey(work);
    rmSync(join(work.path, "config.env"));
    await work.commit("taken out again");
    const middle = await push("origin", "main", "main:refs/heads/other");
    expect(middle.isTaken).toBe(false);
    expect(middle.output).toContain("remote: keywarden: push refused: it adds 1 key");
    expect(middle.output).toContain(`remote:   config.env:1:9 in commit ${id.slice(0, 12)}`);
    expect(middle.output).toContain("a later commit that");
    const remote = middle.output.split("\n").filter((line) => line.startsWith("remote: "));
    expect(Math.max(...remote.map((line) => line.trimEnd().length))).toBeLessThanOrEqual(80);
    expect(await work.git("ls-remote", "origin", "refs/heads/other")).toBe("");

    await work.git("checkout", "--quiet", "--orphan", "fresh");
    await addKey(work);
    expect((await push("--force", "origin", "fresh:main")).isTaken).toBe(false);
  });

  it("may delete, and move to what the server has, also where that holds a key from before", async () => {
    using place = await makePlace();
    const { work, server, push } = place;
    await addKey(work);
    const hook = join(server, "hooks", "pre-receive");
    const text = readFileSync(hook, "utf8");
    writeFileSync(hook, "#!/bin/sh\nexit 0\n");
    await push("origin", "main");
    writeFileSync(hook, text);
    expect((await push("origin", "main:refs/heads/copy")).isTaken).toBe(true);
    work.write("config.env", `# moved\nAPI_KEY=${live}\n`);
    await work.commit("a line above it");
    expect((await push("origin", "main")).isTaken).toBe(true);
    expect((await push("origin", ":refs/heads/copy")).isTaken).toBe(true);
  });

  it("is refused for a key in a tag's message and in a branch's name", async () => {
    using place = await makePlace();
    const { work, push } = place;
    await work.git("tag", "-a", "v1", "-m", `for ${restricted}`);
    expect((await push("origin", "v1")).output).toContain("message of tag v1");
    expect((await push("origin", `main:refs/heads/use-${live}`)).isTaken).toBe(false);
  });

  it("accepts none of its own keys, and takes what HEAD has accepted before", async () => {
    using place = await makePlace();
    const { work, push } = place;
    const { createHash } = await import("node:crypto");
    const fingerprint = createHash("sha256").update(live).digest("hex");
    const config = JSON.stringify({ allow: [{ fingerprint, reason: "a test key of the docs" }] });
    work.write("keywarden.json", config);
    await addKey(work);
    expect((await push("origin", "main")).isTaken).toBe(false);
    await work.git("checkout", "--quiet", "-b", "config", "HEAD~1");
    work.write("keywarden.json", config);
    await work.commit("accept it");
    expect(await push("origin", "config:main")).toMatchObject({ isTaken: true });
    await addKey(work);
    expect(await push("origin", "config:main")).toMatchObject({ isTaken: true });
  });
});

describe("an exception by push option", () => {
  const accept = ["-o", "keywarden.accept=demo for a customer", "-o", "keywarden.until=2099-01-01"];

  it("is refused where the administrator has not allowed it, and without a reason or a near day", async () => {
    using closed = await makePlace();
    await addKey(closed.work);
    expect((await closed.push(...accept, "origin", "main")).output).toContain("takes no exceptions");
    using open = await makePlace("--accept-push-options");
    await addKey(open.work);
    const { isTaken, output } = await open.push(...accept, "origin", "main");
    expect(isTaken).toBe(false);
    expect(output).toContain("needs a reason and its last day");
  });

  it("is on record with its fingerprint before the push is taken, and holds until its day", async () => {
    using place = await makePlace("--accept-push-options");
    const { work, server, push } = place;
    await addKey(work);
    const day = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
    const options = ["-o", "keywarden.accept=demo", "-o", `keywarden.until=${day}`];
    expect((await push("origin", "main")).output).toContain("keywarden.until=<yyyy-mm-dd>");
    expect(await push(...options, "origin", "main")).toMatchObject({ isTaken: true });
    const file = join(server, "keywarden/exceptions.jsonl");
    const record = readFileSync(file, "utf8");
    expect(JSON.parse(record)).toMatchObject({ reason: "demo", refs: ["refs/heads/main"] });
    assertNoKey(record, keys);
    await work.git("checkout", "--quiet", "--orphan", "again");
    await addKey(work, live, "other.env");
    expect((await push("origin", "again")).isTaken).toBe(true);
    writeFileSync(file, record.replace(day, "2020-01-01"));
    await work.git("checkout", "--quiet", "--orphan", "late");
    work.write("late.env", `# late\nAPI_KEY=${live}\n`);
    await work.commit("late");
    expect((await push("origin", "late")).isTaken).toBe(false);
    appendFileSync(file, "{not json\n");
    const broken = await push("origin", "late");
    expect(broken.output).toContain("could not be checked");
    expect(broken.isTaken).toBe(false);
  });
});

it("keeps keys out of the record of an exception, also where its reason or a ref holds one", async () => {
  using place = await makePlace("--accept-push-options");
  const { work, server, push } = place;
  await addKey(work);
  const day = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
  const options = ["-o", `keywarden.accept=${restricted} is a demo`, "-o", `keywarden.until=${day}`];
  const { isTaken } = await push(...options, "origin", `main:refs/heads/use-${live}`);
  expect(isTaken).toBe(true);
  const record = readFileSync(join(server, "keywarden/exceptions.jsonl"), "utf8");
  assertNoKey(record, keys);
  expect(record).toContain(" is a demo");
});

describe("names that are made to mislead", () => {
  it("are refused at the server in plain text, with every key told", async () => {
    using place = await makePlace();
    const { work, push } = place;
    const deep = `${Array.from({ length: 15 }, () => "d".repeat(250)).join("/")}/f`;
    for (const path of ["a\nb.env", "\u001B[31mred.env", "\u202Evne.txt"]) work.write(path, `K=${live}\n`);
    // The tree is made without files: with the folder in front, the path is longer than a system call takes.
    const blob = await work.git("hash-object", "-w", "a\nb.env");
    await work.git("add", "--all");
    await work.git("update-index", "--add", "--cacheinfo", `100644,${blob.trim()},${deep}`);
    await work.git("commit", "--quiet", "-m", "hostile");
    const { isTaken, output } = await push("origin", "main");
    expect(isTaken).toBe(false);
    expect(output).toContain("push refused: it adds 4 keys");
    expect(output).toContain(`${deep}:1:3`);
    // git ends each of its lines with spaces and a carriage return of its own.
    expect(output.replaceAll(/[\r\n]/g, "")).not.toMatch(/\p{Cc}|[\u202A-\u202E]/u);
  });
});

it("refuses what cannot be decided: a crash, and no time left", async () => {
  using place = await makePlace("--timeout 1");
  const { server, push } = place;
  const hook = join(server, "hooks", "pre-receive");
  const text = readFileSync(hook, "utf8");
  // Its own standard input never ends.
  writeFileSync(hook, text.replace("exec ", "sleep 4 | "));
  const late = await push("origin", "main");
  expect(late.output).toContain("not decided within 1 s");
  expect(late.isTaken).toBe(false);
  writeFileSync(hook, text.replace(builtProgram("cli"), "/nowhere/main.js"));
  expect((await push("origin", "main")).isTaken).toBe(false);
  expect(existsSync(join(server, "refs/heads/main"))).toBe(false);
});

it("scans what arrived and no ref reaches, and refuses a push with a key in it", async () => {
  using place = await makePlace();
  const { work, server } = place;
  const quarantine = join(work.outside, "quarantine");
  mkdirSync(quarantine);
  const own = join(server, "objects");
  const env = { GIT_DIR: server, GIT_OBJECT_DIRECTORY: quarantine, GIT_ALTERNATE_OBJECT_DIRECTORIES: own };
  const write = async (text: string): Promise<string> =>
    (await work.run(["hash-object", "-w", "--stdin"], { input: text, env })).stdout.toString("utf8").trim();
  const clean = await write("clean\n");
  await write(`API_KEY=${live}\n`);
  const { status, stderr } = await keywarden(["hook", "pre-receive"], {
    directory: server,
    env: { ...work.env, ...env, GIT_QUARANTINE_PATH: quarantine },
    input: `${"0".repeat(40)} ${clean} refs/tags/blob\n`,
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/object [0-9a-f]{40}:1:9/);
  expect(stderr).toContain("2 objects received, 2 scanned");
});

it("reports nothing of what a fork shares with its pool, and everything else", async () => {
  using place = await makePlace();
  const { work, server, push } = place;
  await addKey(work);
  const hook = join(server, "hooks", "pre-receive");
  const text = readFileSync(hook, "utf8");
  rmSync(hook);
  await push("origin", "main");
  const fork = join(work.outside, "fork.git");
  await work.git("init", "--quiet", "--bare", fork);
  writeFileSync(join(fork, "objects/info/alternates"), `${join(server, "objects")}\n`);
  writeFileSync(join(fork, "hooks/pre-receive"), text, { mode: 0o755 });
  expect(await push(fork, "main")).toMatchObject({ isTaken: true });
  await addKey(work, restricted, "other.env");
  const { isTaken, output } = await push(fork, "main");
  expect(isTaken).toBe(false);
  expect(output).toContain("other.env:1:9");
});
