import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import {
  listFiles,
  listObjectIds,
  listStaged,
  lookUpOrigins,
  openRepository,
  readObjects,
} from "@keywarden/git";
import type { Repository } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import type { TestRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { collect } from "./collect.ts";

const one = "1".repeat(40);
const two = "2".repeat(40);

/** A repository for which a script answers instead of git; the script sees git's arguments. */
async function withScript(repo: TestRepository, script: string): Promise<Repository> {
  const repository = await openRepository(repo.path, repo.env);
  const program = join(repo.outside, "git");
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  return {
    ...repository,
    env: { ...repo.env, PATH: `${repo.outside}${delimiter}${repo.env["PATH"] ?? ""}` },
  };
}

describe("readObjects from a git that misbehaves", () => {
  it.each([
    ["a header that it does not know", `echo '${one} blob'`, "GIT_BAD_OUTPUT"],
    ["an unknown type", `printf '${one} thing 0\\n\\n'`, "GIT_BAD_OUTPUT"],
    ["a negative size", `printf '${one} blob -1\\n\\n'`, "GIT_BAD_OUTPUT"],
    ["another object", `printf '${two} blob 0\\n\\n'`, "GIT_BAD_OUTPUT"],
    ["more bytes than it announced", `printf '${one} blob 2\\nabc\\n'`, "GIT_BAD_OUTPUT"],
    ["fewer bytes than it announced", `printf '${one} blob 20\\nabc\\n'`, "GIT_BAD_OUTPUT"],
    ["half a header", `printf '${one} bl'`, "GIT_BAD_OUTPUT"],
    ["a header without an end", `head -c 100000 /dev/zero`, "GIT_BAD_OUTPUT"],
    ["nothing", "cat > /dev/null", "GIT_BAD_OUTPUT"],
    ["the first object only", `cat > /dev/null; printf '${one} blob 0\\n\\n'`, "GIT_BAD_OUTPUT"],
    [
      "an object nobody asked for",
      `cat > /dev/null; for id in ${one} ${two} ${two}; do printf "$id blob 0\\n\\n"; done`,
      "GIT_BAD_OUTPUT",
    ],
    ["ambiguity", `echo '${one} ambiguous'`, "GIT_BAD_OUTPUT"],
  ])("fails on %s", async (_what, script, code) => {
    using repo = await makeRepository();
    const repository = await withScript(repo, script);
    await expect(collect(readObjects(repository, [one, two]))).rejects.toMatchObject({ code });
  });

  it("passes on what git said before it died in the middle", async () => {
    using repo = await makeRepository();
    const repository = await withScript(
      repo,
      `printf '${one} blob 20\\nabc'; echo 'fatal: disk on fire' >&2; exit 128`,
    );
    await expect(collect(readObjects(repository, [one]))).rejects.toMatchObject({
      code: "GIT_FAILED",
      message: `cannot read objects in ${repo.path}: git exited with 128: fatal: disk on fire`,
    });
  });

  it("says that git was killed", async () => {
    using repo = await makeRepository();
    const repository = await withScript(repo, "kill -KILL $$");
    await expect(collect(readObjects(repository, [one]))).rejects.toMatchObject({
      message: expect.stringContaining("was ended by SIGKILL"),
    });
  });

  it("takes answers that come byte by byte", async () => {
    using repo = await makeRepository();
    const slowly = `cat > /dev/null
      for piece in 1111111111 1111111111 1111111111 1111111111 ' ' b lob ' ' 3; do printf '%s' "$piece"; sleep 0.01; done
      printf '\\n'; sleep 0.01; printf 'a'; sleep 0.01; printf 'bc'; sleep 0.01; printf '\\n'`;
    const [object] = await collect(readObjects(await withScript(repo, slowly), [one]));
    expect(object).toEqual({ id: one, type: "blob", bytes: Buffer.from("abc") });
  });

  it("does not wait for a git that ignores its input and its reader", async () => {
    using repo = await makeRepository();
    const repository = await withScript(repo, `printf '${one} blob 1\\nx\\n'; exec 1>&-; exec sleep 0.2`);
    const many = Array.from({ length: 100_000 }, () => one);
    await expect(collect(readObjects(repository, many))).rejects.toMatchObject({ code: "GIT_BAD_OUTPUT" });
  });
});

describe("lists from a git that misbehaves", () => {
  const record = `:100644 100644 ${one} ${two} M`;
  it.each([
    ["a record without a path", `printf '${record}\\0'`],
    ["an empty path", `printf '${record}\\0\\0'`],
    ["a path without an end", `printf '${record}\\0path'`],
    ["text in front", `printf 'warning\\0${record}\\0path\\0'`],
    ["abbreviated ids", `printf ':100644 100644 1111111 2222222 M\\0path\\0'`],
    ["a rename record", `printf ':100644 100644 ${one} ${two} R100\\0from\\0to\\0'`],
  ])("refuses a difference with %s", async (_what, script) => {
    using repo = await makeRepository();
    const answers = `case "$*" in *diff-index*) ${script} ;; *batch-check*) echo '${one} commit' ;; esac`;
    await expect(listStaged(await withScript(repo, answers))).rejects.toMatchObject({
      code: "GIT_BAD_OUTPUT",
    });
  });

  it.each([
    ["stops in the middle of an id", `printf '${one}\\n22222'`],
    ["lists text", "echo warning"],
    ["lists an id that runs into its path", `echo '${one}x'`],
  ])("refuses a range that %s", async (_what, script) => {
    using repo = await makeRepository();
    const answers = `case "$*" in *rev-list*) cat > /dev/null; ${script} ;; *) while read id; do echo "$id commit 1"; done ;; esac`;
    const listing = collect(listObjectIds(await withScript(repo, answers), { include: [one], exclude: [] }));
    await expect(listing).rejects.toMatchObject({ code: "GIT_BAD_OUTPUT" });
  });

  it.each([`printf '${one}\\0${record}'`, `printf '${one}\\0${record}\\0path'`, `printf '${one}'`])(
    "refuses origins that break off: %s",
    async (script) => {
      using repo = await makeRepository();
      const answers = `case "$*" in *diff-tree*) ${script} ;; *rev-list*) echo ${one} ;; *) echo '${one} commit 1' ;; esac`;
      const repository = await withScript(repo, answers);
      const origins = lookUpOrigins(repository, { ids: [two] }, { include: [one], exclude: [] });
      await expect(collect(origins)).rejects.toMatchObject({ code: "GIT_BAD_OUTPUT" });
    },
  );

  it("refuses a file list that breaks off", async () => {
    using repo = await makeRepository();
    await expect(listFiles(await withScript(repo, `printf 'a\\0b'`))).rejects.toMatchObject({
      code: "GIT_BAD_OUTPUT",
    });
  });
});
