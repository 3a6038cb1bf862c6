import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { lookUpOrigins, makeTreeNotes, openRepository, readPackedObjects } from "@keywarden/git";
import type { ObjectOrigin, ObjectRange, Repository } from "@keywarden/git";
import { makeRepository, writeHistory } from "@keywarden/testing";
import type { PlannedCommit } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { findNotedOrigins, readTreeLinks } from "../src/differences/noted-origins.ts";
import { collect } from "./collect.ts";
import { idListOf, listIds } from "./list-ids.ts";

const everything: ObjectRange = { include: [], exclude: [], everything: true };

/** Merges, criss-crosses, octopuses and orphans whose clocks are wrong or agree; files that move, come back and turn into folders. */
const histories = fc
  .array(
    fc.record({
      parents: fc.array(fc.nat(), { maxLength: 3 }),
      files: fc.dictionary(
        fc.constantFrom(
          "a",
          "b",
          "dir/a",
          "dir/deep/a",
          "dir/deep/b",
          "wanted",
          "dir/wanted",
          "dir.c",
          'q"ü',
        ),
        fc.constantFrom("1", "2", "3", ""),
      ),
      atSeconds: fc.constantFrom(1, 1_700_000_000, 1_700_000_001, 2_000_000_000),
      isInFolder: fc.boolean(),
    }),
    { minLength: 1, maxLength: 16 },
  )
  .map((seeds): readonly PlannedCommit[] =>
    seeds.map(({ parents, files, atSeconds, isInFolder }, index) => ({
      parents: index === 0 ? [] : [...new Set(parents.map((parent) => parent % index))],
      files: new Map([
        ...Object.entries(files),
        ...(isInFolder ? [["folder/wanted/in/it", "4"] as const] : []),
      ]),
      message: `commit ${index}`,
      atSeconds,
    })),
  );

/** What git says of every difference of every commit. */
async function ask(
  repository: Repository,
  ids: readonly string[],
  names: readonly Buffer[],
  commits: readonly string[],
): Promise<readonly ObjectOrigin[]> {
  return collect(lookUpOrigins(repository, { ids, names, commits }, everything));
}

const idOfBlob = (text: string): string =>
  createHash("sha1").update(`blob ${text.length}\0${text}`).digest("hex");

describe("origins that are told of trees", () => {
  it("are those that git's differences tell, whatever the history, of blobs and of names", async () => {
    let found = 0;
    const property = fc.asyncProperty(histories, fc.boolean(), async (plan, isLater) => {
      using repo = await makeRepository();
      await writeHistory(repo, plan);
      await repo.git("repack", "-adq");
      // Then some trees are in no pack.
      if (isLater) repo.write("dir/deep/later/a", "1");
      if (isLater) await repo.commit("later");
      const repository = await openRepository(repo.path, repo.env);
      const commits = (await repo.git("rev-list", "--reverse", "--date-order", "--all")).split("\n");
      const blobs = ["1", "2", "4"].map(idOfBlob);
      const wanted = Buffer.from("wanted");
      for (const [ids, names] of [
        [blobs, []],
        [blobs.slice(0, 1), [wanted]],
        [[], [wanted, Buffer.from("dir.c")]],
      ] as const) {
        const links = await readTreeLinks(repository, ids, names);
        if (links === null) throw new Error("no pack was read");
        const expected = await ask(repository, ids, names, commits);
        expect(await findNotedOrigins(repository, links, everything)).toEqual(expected);
        expect(await collect(lookUpOrigins(repository, { ids, names }, everything))).toEqual(expected);
        found += expected.length;
      }

      // The same of trees that pass while objects are read.
      const notes = makeTreeNotes(repository);
      const all = await listIds(repository, everything);
      await readPackedObjects<null>(repository, idListOf(repository, all), ({ order, type, bytes }) => {
        const id = all[order] ?? "";
        if (type === "tree") notes.addTree(id, bytes);
        else if (blobs.includes(id)) notes.wantBlob(id);
        return null;
      });
      const ids = blobs.filter((id) => all.includes(id) && !isLater);
      const links = notes.take(ids);
      if (ids.length === 0) return;
      if (links === null) throw new Error("blobs came behind trees");
      expect(await findNotedOrigins(repository, links, everything)).toEqual(
        await ask(repository, ids, [], commits),
      );
    });
    await fc.assert(property, { numRuns: 40, seed: 20_261_130 });
    expect(found).toBeGreaterThan(0);
  });
});
