import fc from "fast-check";
import { makeRepository } from "@keywarden/testing";
import { expect, test } from "vitest";
import { checkWorlds } from "./model/check-worlds.ts";
import { compareLooks } from "./model/compare-looks.ts";
import { differencesOf } from "./model/differences.ts";
import { answer } from "./model/git-in-process.ts";
import { play } from "./model/play.ts";
import { worlds } from "./model/world.ts";
import type { Action, Change, Life, Move, Step, World } from "./model/world.ts";
import { writeCommits } from "./model/write-commits.ts";

test("what is revoked and reported follows from what was pushed, whatever is lost, late, repeated or cut off", () =>
  expect(checkWorlds(5)).resolves.toBeNull());

test("pushes that wait are found, decided and reported alike, looked at together or one after another", async () => {
  using origin = await makeRepository({ bare: true });
  for (const generated of fc.sample(worlds, { numRuns: 2, seed: 11 }))
    expect(await compareLooks(generated, origin)).toEqual([]);
});

const key = { environment: "production", state: "active" } as const;
const moveMain = (to: number | null, afterMs = 0): Move => ({
  ref: "refs/heads/main",
  to,
  afterMs,
  isOnItsWay: false,
});
/** The App is given a repository whose second commit holds a key, and its branch is taken away and comes back. */
const world = (moves: readonly Step[], actions: readonly Action[]): World => ({
  keys: [key, key, key],
  commits: [
    { parents: [], files: new Map(), inMessage: null },
    { parents: [0], files: new Map(), inMessage: 0 },
  ],
  moves: [moveMain(0), moveMain(1), ...moves],
  installedAfter: 2,
  actions,
});
const workAllKinds: readonly Action[] = Array.from({ length: 24 }, (_, index) => ({
  do: "work",
  kind: index % 8,
  killAt: null,
  isDone: false,
}));

test.each([
  [
    "a branch is deleted twice within a second",
    world([moveMain(null), moveMain(1), moveMain(null), moveMain(1, 90_000)], []),
  ],
  [
    "its deletion is heard of only after what it holds was pushed again",
    world(
      [moveMain(null), moveMain(1, 1_000)],
      [{ do: "move" }, { do: "move" }, { do: "deliver", which: 1 }, ...workAllKinds],
    ),
  ],
  [
    "its deletion is heard of long after the App looked for the first time",
    world(
      [moveMain(0), moveMain(1, 90_000)],
      [
        { do: "move" },
        { do: "sweep" },
        ...workAllKinds,
        { do: "move" },
        { do: "deliver", which: 1 },
        ...workAllKinds,
      ],
    ),
  ],
])("a key that was there before the App stays when %s", async (_when, moved) => {
  using origin = await makeRepository({ bare: true });
  expect(differencesOf(moved, await play(moved, origin))).toEqual([]);
});

test("a key is new whose push was on its way to the App while that read the refs for the first time", async () => {
  const moved: World = {
    ...world([], []),
    moves: [moveMain(0), { ...moveMain(1, 1_000), isOnItsWay: true }],
    installedAfter: 1,
    actions: [
      { do: "move" },
      { do: "sweep" },
      ...workAllKinds,
      ...workAllKinds,
      { do: "deliver", which: 0 },
      ...workAllKinds,
    ],
  };
  using origin = await makeRepository({ bare: true });
  const played = await play(moved, origin);
  expect(played.fates[0]).toBe("revoked");
  expect(differencesOf(moved, played)).toEqual([]);
});

test("a commit that is pushed again is told of its key, though the same file came with another commit before", async () => {
  const files = new Map([["a.env", { key: 0, version: 0 }]]);
  const orphan = { parents: [], files, inMessage: null };
  const moved: World = {
    keys: [key, key, key],
    commits: [orphan, orphan],
    moves: [
      moveMain(0),
      { ref: "refs/tags/v1", to: 0, afterMs: 0, isOnItsWay: false },
      { ref: "refs/heads/feature", to: 1, afterMs: 0, isOnItsWay: false },
      moveMain(null),
      moveMain(1),
    ],
    installedAfter: 3,
    actions: [],
  };
  using origin = await makeRepository({ bare: true });
  expect(differencesOf(moved, await play(moved, origin))).toEqual([]);
});

test("of two pushes of one commit that are heard of in the other order, the first is the one that showed it", async () => {
  const leak = { parents: [], files: new Map(), inMessage: 0 };
  const moved: World = {
    keys: [key, key, key],
    commits: [leak, { parents: [0], files: new Map(), inMessage: null }],
    moves: [
      moveMain(0),
      { ref: "refs/heads/release", to: 0, afterMs: 1_000, isOnItsWay: false },
      { ref: "refs/heads/feature", to: 1, afterMs: 0, isOnItsWay: false },
    ],
    installedAfter: 0,
    actions: [{ do: "move" }, { do: "move" }, { do: "deliver", which: 1 }],
  };
  using origin = await makeRepository({ bare: true });
  expect(differencesOf(moved, await play(moved, origin))).toEqual([]);
});

test("what a fork proposed is not told of again by a branch that was made later, in whatever order both are heard of", async () => {
  const leak = { parents: [], files: new Map(), inMessage: 0 };
  const moved: World = {
    keys: [key, key, key],
    commits: [leak, { parents: [0], files: new Map(), inMessage: null }],
    moves: [{ ...moveMain(0), ref: "refs/pull/1/head" }, moveMain(1, 90_000)],
    installedAfter: 0,
    actions: [{ do: "move" }, { do: "move" }, { do: "deliver", which: 1 }],
  };
  using origin = await makeRepository({ bare: true });
  expect(differencesOf(moved, await play(moved, origin))).toEqual([]);
});

const feature = (to: number | null): Move => ({
  ref: "refs/heads/feature",
  to,
  afterMs: 0,
  isOnItsWay: false,
});

test.each<[string, readonly Move[], number | null]>([
  ["with the first scan cut off in between", [feature(1), feature(null)], 2],
  ["after the first scan of another branch", [moveMain(0), feature(1), feature(null)], null],
])("a key is new whose branch was made and deleted in one second, %s", async (_when, moves, killAt) => {
  const moved: World = {
    ...world([], []),
    moves,
    installedAfter: 0,
    actions: [{ do: "move" }, { do: "deliver", which: 0 }, { do: "work", kind: 0, killAt, isDone: false }],
  };
  using origin = await makeRepository({ bare: true });
  expect(differencesOf(moved, await play(moved, origin))).toEqual([]);
});

test("where thousands of worlds are played, git's questions are answered as git answers them", async () => {
  using origin = await makeRepository({ bare: true });
  const sorted = (text: Buffer): readonly string[] => text.toString("latin1").split("\n").toSorted();
  for (const { commits } of fc.sample(worlds, { numRuns: 10, seed: 5 })) {
    const ids = writeCommits(
      origin.path,
      commits.map(({ parents, files }, index) => ({
        parents,
        files: new Map([...files].map(([path, { key: held, version }]) => [path, `${held} ${version}\n`])),
        message: `commit ${index}`,
        atSeconds: 1_700_000_000 + index,
      })),
    );
    const [tip = "", before = "", ...others] = ids.toReversed();
    const range = [tip, ...others.slice(0, 1), ...(before === "" ? [] : [`^${before}`])];
    const compare = async (
      question: string | readonly string[],
      input: readonly string[],
      inWhichOrder: (text: Buffer) => unknown = (text) => text.toString("latin1"),
    ): Promise<void> => {
      const text = input.map((line) => `${line}\n`).join("");
      const args = typeof question === "string" ? question.split(" ") : question;
      const { stdout } = await origin.run(args, { input: text });
      const given = answer(origin.path, args, text);
      expect(inWhichOrder(given)).toEqual(inWhichOrder(stdout));
    };
    await compare("cat-file --batch-check", [...ids, "0".repeat(40)]);
    const named = [tip, `${tip}^{commit}`, `${"0".repeat(40)}^{commit}`];
    await compare(["cat-file", "--batch-check=%(objectname) %(objecttype)"], named);
    await compare("cat-file --batch --buffer", ids);
    await compare("diff-tree -r --raw -z --no-abbrev --no-renames --stdin -m --root", ids);
    await compare(`ls-tree -r -z --full-tree ${tip}`, []);
    await compare(`ls-tree -r -z --full-tree ${tip} sub`, []);
    await compare("rev-list --objects --filter=tree:0 --no-object-names --stdin", range, sorted);
    await compare(
      "rev-list --objects-edge-aggressive --no-object-names --missing=print --stdin",
      range,
      sorted,
    );
    await compare("rev-list --reverse --topo-order --stdin", range, sorted);
    await compare("rev-list --parents --stdin", range, sorted);
  }
});

test("a key is new whose branch was made and taken away within the second of the first look, and made again later", async () => {
  const release = (to: number | null, afterMs: number, isOnItsWay = false): Move => ({
    ref: "refs/heads/release",
    to,
    afterMs,
    isOnItsWay,
  });
  const moved: World = {
    ...world([], []),
    moves: [moveMain(0), release(1, 0), release(null, 0), release(1, 90_000, true), moveMain(1, 90_000)],
    installedAfter: 0,
    actions: [{ do: "sweep" }, ...workAllKinds, ...workAllKinds],
  };
  using origin = await makeRepository({ bare: true });
  expect(differencesOf(moved, await play(moved, origin))).toEqual([]);
});

test("a key that was there before the App stays though the deletion of its branch was on its way at the first look", async () => {
  const feature = (to: number | null, afterMs: number): Move => ({
    ref: "refs/heads/feature",
    to,
    afterMs,
    isOnItsWay: true,
  });
  const moved: World = {
    ...world([], []),
    moves: [feature(1, 1_000), moveMain(1, 90_000), feature(null, 1_000)],
    installedAfter: 1,
    actions: [{ do: "move" }, { do: "deliver", which: 0 }, { do: "move" }, ...workAllKinds],
  };
  using origin = await makeRepository({ bare: true });
  const played = await play(moved, origin);
  expect(played.fates[0]).toBe("in-history");
  expect(differencesOf(moved, played)).toEqual([]);
});

const change = (life: Life): Change => ({ life, afterMs: 2_000 });

test.each<[string, readonly Step[], readonly Action[]]>([
  [
    "whose commit was thrown away again while the App was suspended",
    [moveMain(1, 90_000), change("suspend"), moveMain(0), change("unsuspend")],
    [
      { do: "move" },
      { do: "deliver", which: 0 },
      { do: "move" },
      { do: "deliver", which: 1 },
      ...workAllKinds,
    ],
  ],
  [
    "that was pushed while the App was suspended, of which it hears only later",
    [change("suspend"), moveMain(1), change("unsuspend")],
    [],
  ],
  [
    "that was found after a suspension, right before the App was removed for a time",
    [change("suspend"), moveMain(1), change("unsuspend"), change("uninstall"), change("install")],
    [],
  ],
  ["that was pushed before the repository was transferred", [moveMain(1, 90_000), change("transfer")], []],
  ["that was pushed before the repository was published", [moveMain(1, 90_000), change("publicize")], []],
])("a new key is revoked and reported %s", async (_which, steps, actions) => {
  const moved: World = { ...world([moveMain(0), ...steps], actions), installedAfter: 1 };
  using origin = await makeRepository({ bare: true });
  const played = await play(moved, origin);
  expect(played.fates[0]).toBe("revoked");
  expect(differencesOf(moved, played)).toEqual([]);
});
