import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  makeInventory,
  makeManagedKey,
  makeTemporaryDirectory,
  inventoryNowMs as nowMs,
} from "@keywarden/testing";
import { expect, it, onTestFinished } from "vitest";
import { run } from "../src/run.ts";
import { makeSpeaker, promptOf } from "../src/speech/make-speaker.ts";
import { drive } from "./drive.ts";
import { startOperatorServer } from "./operator-server.ts";
import { openVirtualTerminal } from "./virtual-terminal.ts";

// What a frame, a bar or a caret is drawn with.
const drawn = /[\u2500-\u259F]/u;

/** Runs the reducers with an ear: each call gives what was said since the last one. */
function listen(options: Parameters<typeof drive>[0] = {}) {
  const driven = drive({ ...options, columns: 1000, state: { isSpoken: true, ...options.state } });
  const speak = makeSpeaker();
  const hear = (act: () => void = () => undefined): readonly string[] => {
    act();
    return speak(driven.state);
  };
  hear();
  return { driven, hear };
}

const names = (lines: readonly string[]): readonly string[] => lines.map((line) => line.split(".")[0] ?? "");

it("says how many keys there are, and each row with its place and the titles of its facts", () => {
  const { driven, hear } = listen();
  const loaded = hear(() => driven.load([makeManagedKey({ id: "key-1", name: "payments" })]));
  expect(loaded[0]).toBe("1 key: 0 overdue, 0 due, 0 in grace.");
  expect(loaded[1]).toMatch(
    /^payments, 1 of 1\. Provider aforo, kind secret, env PRODUCTION, rotation fresh/,
  );
});

it("says only what is new: a move the row, a minute nothing", () => {
  const { driven, hear } = listen();
  hear(() => driven.load(makeInventory(30)));
  const moved = hear(() => driven.press("j"));
  expect(moved).toHaveLength(1);
  expect(moved[0]).toMatch(/, 2 of 30\. /);
  hear(() => driven.wait(1000));
  expect(hear(() => driven.wait(1000))).toEqual([]);
  expect(hear(() => driven.press("x"))).toEqual([expect.stringContaining("read-only: press w")]);
});

it("says of a list that is still being read, or of which only the newest were read, that its count is of those", () => {
  const { driven } = listen();
  driven.load(makeInventory(30), false);
  while (driven.keys.length < 30) driven.send({ kind: "scan" });
  driven.press("/", ..."mailer");
  expect(promptOf(driven.state)).toMatch(/^filter, \d+ of 30 read: mailer$/);
  expect(driven.screen()).toMatch(/ \d+ of 30 read /);
});

it("says what a filter leaves when it is kept, and counts beside what is typed meanwhile", () => {
  const { driven, hear } = listen();
  hear(() => driven.load(makeInventory(30)));
  expect(hear(() => driven.press("/", ..."mailer"))).toEqual([]);
  expect(promptOf(driven.state)).toMatch(/^filter, \d+ of 30: mailer$/);
  expect(hear(() => driven.press("enter"))[0]).toMatch(/^Filter mailer: \d+ of 30 rows\.$/);
  expect(hear(() => driven.press("escape"))[0]).toBe("No filter: 30 of 30 rows.");
  driven.press("/", ..."colour:red");
  expect(hear(() => driven.press("enter")).join(" ")).toContain('"colour" at character 1 is not a field');
});

it("says of a change that others made that it has happened", () => {
  const { driven, hear } = listen();
  const key = makeManagedKey({ id: "key-1", name: "payments" });
  hear(() => driven.load([key]));
  hear(() => driven.press("enter"));
  const revoked = { ...key, state: "revoked" as const, revokedAt: new Date(nowMs).toISOString() };
  const page = { changes: [], keys: [revoked], nextAfter: 1, hasMore: false };
  const heard = hear(() => driven.send({ kind: "changes", page }));
  expect(heard.join("\n")).toMatch(/payments, 1 of 1\. .*rotation revoked/);
  expect(heard.join("\n")).toContain("revoked just now");
});

it("says why there is nothing when that changes", () => {
  const { driven, hear } = listen({ screen: "tokens" });
  hear(() => driven.load([makeManagedKey()]));
  const failure = { message: "a reader may not", advice: "Ask an administrator." };
  const heard = hear(() => driven.send({ kind: "source-failed", source: "tokens", subject: null, failure }));
  expect(heard).toEqual(["It could not be read.", "a reader may not", "Ask an administrator."]);
});

it("reads a dialog whole when it opens, and then only what it adds", () => {
  const { driven, hear } = listen({ isWritable: true });
  hear(() => driven.load([makeManagedKey({ id: "key-1", name: "payments" })]));
  const opened = hear(() => driven.press("x"));
  expect(opened[0]).toBe("Revoke at once: no way back");
  expect(opened.join("\n")).toContain("No grace period");
  expect(promptOf(driven.state)).toBe("type payments :");
  hear(() => driven.wait(1000));
  expect(hear(() => driven.press(..."wrong"))).toEqual([]);
  expect(promptOf(driven.state)).toBe("type payments : wrong");
  expect(hear(() => driven.press("enter"))).toEqual([expect.stringContaining("that is not the same text")]);
  expect(hear(() => driven.press("escape"))).toContain("The dialog is closed.");
});

it("says each screen with what stands above its list, and everything again on demand", () => {
  const { driven, hear } = listen();
  hear(() => driven.load([makeManagedKey({ id: "key-1", name: "payments" })]));
  const key = hear(() => driven.press("o"));
  expect(key[0]).toMatch(/^Key: /);
  expect(key).toContain("provider  aforo");
  expect(key.join("")).not.toMatch(drawn);
  const all = hear(() => driven.press("v"));
  expect(all.length).toBeGreaterThanOrEqual(key.length);
  expect(names(all)[0]).toBe(names(key)[0]);
});

it("tells of fifty changes in a second once, and of the last count in the end", () => {
  const { driven, hear } = listen();
  hear(() => driven.load(makeInventory(10)));
  const add = (id: number) =>
    driven.send({
      kind: "changes",
      page: { changes: [], keys: [makeManagedKey({ id: `n${id}` })], nextAfter: id, hasMore: false },
    });
  const heard: string[] = [];
  for (let id = 0; id < 50; id += 1) heard.push(...hear(() => add(id)));
  expect(heard.filter((line) => line.includes(" keys: "))).toEqual([]);
  driven.wait(20_000);
  expect(hear().filter((line) => line.startsWith("60 keys: "))).toHaveLength(1);
});

it.each([
  ["--screen-reader", ["--screen-reader"], {}],
  ["INK_SCREEN_READER", [], { INK_SCREEN_READER: "true" }],
])("with %s draws no frame and repaints nothing but the line that is typed in", async (_, flags, env) => {
  const directory = makeTemporaryDirectory();
  const tokenFile = join(directory.path, "token");
  writeFileSync(tokenFile, "operator-token\n", { mode: 0o600 });
  const server = await startOperatorServer(makeInventory(30), { now: () => nowMs });
  const where = ["--server", server.url, "--token-file", tokenFile, "--screen", "keys"];
  const it = openVirtualTerminal([...where, ...flags], { columns: 60, directory: directory.path, env });
  const status = run(it.host);
  onTestFinished(async () => {
    it.stop({ kind: "signal", name: "SIGTERM" });
    await status;
    await server[Symbol.asyncDispose]();
    directory.remove();
  });
  await it.until((text) => text.includes("30 keys: "));
  expect(it.isAlternate()).toBe(false);
  const before = it.bytes().length;
  it.type("j");
  await it.until((text) => /, 2 of 30\b/.test(text.replaceAll("\n", "")));
  expect(it.bytes()).not.toMatch(drawn);
  // One line up at most: the prompt's own.
  expect(it.bytes().slice(before).split("\u001B[1A").length).toBeLessThanOrEqual(2);
  it.type("q");
  expect(await status).toBe(0);
});
