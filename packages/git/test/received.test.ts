import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { listReceived, openRepository, parseReceived } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

const zero = "0".repeat(40);
const one = "1".repeat(40);

describe("parseReceived", () => {
  it("reads updates, creations and deletions, and the empty line of a hook that is fed by echo", () => {
    expect(parseReceived(`${one} ${one} refs/heads/a\n${zero} ${one} refs/tags/b\n\n`)).toEqual([
      { name: "refs/heads/a", oldId: one, newId: one },
      { name: "refs/tags/b", oldId: null, newId: one },
    ]);
    expect(parseReceived(`${one} ${zero} refs/heads/a\n`)[0]?.newId).toBeNull();
  });

  it.each([`${one} refs/heads/a`, `${one} ${one}`, `${one} ${one} a b`, `HEAD ${one} refs/heads/a`])(
    "refuses %j",
    (line) => {
      expect(() => parseReceived(line)).toThrow(expect.objectContaining({ code: "GIT_BAD_OUTPUT" }));
    },
  );
});

describe("listReceived", () => {
  it("lists the quarantine, named by git or as the place of new objects, and tells what was there before", async () => {
    using repo = await makeRepository();
    const quarantine = join(repo.outside, "incoming");
    mkdirSync(quarantine);
    const write = async (text: string, env = {}): Promise<string> =>
      (await repo.run(["hash-object", "-w", "--stdin"], { input: text, env })).stdout.toString("utf8").trim();
    const apart = { GIT_OBJECT_DIRECTORY: quarantine };
    const fresh = await write("fresh\n", apart);
    const again = await write("again\n", apart);
    await write("again\n");
    for (const env of [apart, { ...apart, GIT_QUARANTINE_PATH: quarantine }]) {
      const repository = await openRepository(repo.path, { ...repo.env, ...env });
      const received = await listReceived(repository, new Set());
      expect(received).toEqual({ ids: new Set([fresh, again]), known: new Set([again]) });
    }
  });

  it("does not know what arrived where new objects have no place of their own", async () => {
    using repo = await makeRepository();
    for (const env of [{}, { GIT_OBJECT_DIRECTORY: join(repo.path, ".git/./objects") }]) {
      const repository = await openRepository(repo.path, { ...repo.env, ...env });
      expect(await listReceived(repository, new Set())).toBeNull();
    }
  });
});
