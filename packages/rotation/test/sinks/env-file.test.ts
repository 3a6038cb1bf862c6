import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { openSink } from "@keywarden/rotation";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { describeUnwritable } from "../../src/describe-unwritable.ts";
import { setVariable } from "../../src/sinks/env-text.ts";
import { contextIn, delivery, newKey } from "./sink-folder.ts";

describe("the text of a .env file", () => {
  const cases: readonly (readonly [what: string, before: string, after: string])[] = [
    ["replaces a plain value", "A=1\nKEY=old\nB=2\n", "A=1\nKEY=new\nB=2\n"],
    ["keeps double quotes", 'KEY="old"\n', 'KEY="new"\n'],
    ["keeps single quotes and the comment behind them", "KEY='old' # why\n", "KEY='new' # why\n"],
    ["keeps export, spaces and a comment", "  export KEY = old  # why\n", "  export KEY = new  # why\n"],
    ["keeps CRLF", "A=1\r\nKEY=old\r\nB=2\r\n", "A=1\r\nKEY=new\r\nB=2\r\n"],
    ["adds what is missing, with the file's line ends", "A=1\r\nB=2", "A=1\r\nB=2\r\nKEY=new\r\n"],
    ["fills an empty file", "", "KEY=new\n"],
    ["fills an empty value", "KEY=\nB=2\n", "KEY=new\nB=2\n"],
    [
      "changes every assignment, because readers differ on which one counts",
      "KEY=a\nKEY=b\n",
      "KEY=new\nKEY=new\n",
    ],
    ["leaves a commented assignment alone", "# KEY=old\nKEY=x\n", "# KEY=old\nKEY=new\n"],
    [
      "leaves names that only end or begin alike",
      "MY_KEY=1\nKEY_2=2\nKEY=x\n",
      "MY_KEY=1\nKEY_2=2\nKEY=new\n",
    ],
    [
      "does not look into a value of several lines",
      'PEM="a\nKEY=inside\nb"\nKEY=x\n',
      'PEM="a\nKEY=inside\nb"\nKEY=new\n',
    ],
    ["keeps a byte order mark", "\uFEFFKEY=old\n", "\uFEFFKEY=new\n"],
    ["keeps a last line without an end", "KEY=old", "KEY=new"],
  ];
  test.each(cases)("%s", (_, before, after) => {
    expect(setVariable(before, "KEY", "new")).toBe(after);
    expect(setVariable(after, "KEY", "new")).toBe(after);
  });

  test("keeps a dollar sign in the new value as it is", () => {
    expect(setVariable("KEY=old\n", "KEY", "a$&b$1")).toBe("KEY=a$&b$1\n");
  });
});

describe("the .env sink", () => {
  test("keeps every byte that is not the value, in whatever encoding", async () => {
    using directory = makeTemporaryDirectory();
    const file = join(directory.path, ".env");
    writeFileSync(file, Buffer.from("# caf\u00e9\nKEY=old\n", "latin1"));
    await openSink("env:.env#KEY", contextIn(directory.path)).deliver(newKey, delivery);
    expect(readFileSync(file, "latin1") === `# caf\u00e9\nKEY=${newKey.reveal()}\n`).toBe(true);
  });

  test("makes a file that only its owner may read, and tightens one that others could", async () => {
    using directory = makeTemporaryDirectory();
    const open = (name: string) => openSink(`env:${name}#KEY`, contextIn(directory.path));
    await open("fresh").deliver(newKey, delivery);
    for (const [name, mode] of [
      ["wide", 0o664],
      ["narrow", 0o400],
    ] as const) {
      writeFileSync(join(directory.path, name), "KEY=old\n");
      chmodSync(join(directory.path, name), mode);
      await open(name).deliver(newKey, delivery);
    }
    const modeOf = (name: string) => statSync(join(directory.path, name)).mode & 0o777;
    expect([modeOf("fresh"), modeOf("wide"), modeOf("narrow")]).toEqual([0o600, 0o600, 0o400]);
  });

  test("writes through a symbolic link instead of replacing it", async () => {
    using directory = makeTemporaryDirectory();
    mkdirSync(join(directory.path, "real"));
    writeFileSync(join(directory.path, "real", ".env"), "KEY=old\n");
    symlinkSync(join(directory.path, "real", ".env"), join(directory.path, ".env"));
    await openSink("env:.env#KEY", contextIn(directory.path)).deliver(newKey, delivery);
    expect(readFileSync(join(directory.path, "real", ".env"), "utf8") === `KEY=${newKey.reveal()}\n`).toBe(
      true,
    );
  });

  test("removes what a crash in the middle of an earlier delivery left", async () => {
    using directory = makeTemporaryDirectory();
    const left = join(directory.path, `..env.keywarden-${delivery.rotation}`);
    writeFileSync(left, "half a file");
    await openSink("env:.env#KEY", contextIn(directory.path)).deliver(newKey, delivery);
    expect(existsSync(left)).toBe(false);
    expect(readdirSync(directory.path)).toEqual([".env"]);
  });

  test("says so when the folder is not there, before and at delivery", async () => {
    using directory = makeTemporaryDirectory();
    const sink = openSink("env:nowhere/.env#KEY", contextIn(directory.path));
    await expect(sink.check()).rejects.toMatchObject({ code: "SINK_UNWRITABLE" });
    await expect(sink.deliver(newKey, delivery)).rejects.toThrow("its folder does not exist; create it");
  });

  test("proves beforehand that the file can be written, and leaves nothing of the trial", async () => {
    using directory = makeTemporaryDirectory();
    writeFileSync(join(directory.path, ".env"), "KEY=old\n");
    await openSink("env:.env#KEY", contextIn(directory.path)).check();
    expect(readdirSync(directory.path)).toEqual([".env"]);
    expect(readFileSync(join(directory.path, ".env"), "utf8")).toBe("KEY=old\n");
    const inside = openSink("env:.env/x#KEY", contextIn(directory.path));
    await expect(inside.check()).rejects.toThrow("a part of its path is a file; correct the path");
  });

  test.each([
    ["EROFS", "mounted read-only"],
    ["ENOSPC", "make room"],
    ["EACCES", "you have no permission"],
    ["EIO", "the disk or device failed"],
  ])("has a remedy that fits %s", (code, remedy) => {
    expect(describeUnwritable(Object.assign(new Error("no"), { code }))).toContain(remedy);
  });

  // A mount of its own needs a Linux that lets this user make one.
  const mountable = spawnSync("unshare", ["--map-root-user", "--mount", "true"]).status === 0;
  test.runIf(mountable).each([
    ["a read-only mount", "mount -t tmpfs -o ro none m", "its file system is mounted read-only"],
    ["a full disk", "mount -t tmpfs -o size=8k none m; head -c 99999 /dev/zero > m/x", "its disk is full"],
  ])("sees %s before a key is made", (_, mount, reason) => {
    using directory = makeTemporaryDirectory();
    mkdirSync(join(directory.path, "m"));
    const program = join(import.meta.dirname, "..", "programs", "check-sink.ts");
    const command = `${mount} 2>/dev/null; exec "$0" "$1" env:m/.env#KEY`;
    const { stdout } = spawnSync(
      "unshare",
      ["--map-root-user", "--mount", "sh", "-c", command, process.execPath, program],
      { cwd: directory.path, encoding: "utf8" },
    );
    expect(stdout).toContain(`SINK_UNWRITABLE`);
    expect(stdout).toContain(reason);
  });

  test.each(["env:.env", "env:#KEY", "env:.env#", "env:.env#2KEY", "env:.env#A B"])(
    "refuses %s",
    (target) => {
      expect(() => openSink(target, contextIn("/"))).toThrow("must be written as env:<file>#<NAME>");
    },
  );
});
