import { execFileSync } from "node:child_process";
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { openSink } from "@keywarden/rotation";
import { assertNoKey, makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { judgeFailure } from "../../src/retry.ts";
import { runProcess } from "../../src/sinks/run-process.ts";
import { contextIn, delivery, newKey } from "./sink-folder.ts";

describe("the command sink", () => {
  test("gives the key on standard input, exactly, and the facts in the environment", async () => {
    using directory = makeTemporaryDirectory();
    const line =
      'cat > got && printf "%s %s %s" "$KEYWARDEN_PROVIDER" "$KEYWARDEN_KEY_ID" "$KEYWARDEN_ROTATION" > facts';
    await openSink(`command:${line}`, contextIn(directory.path)).deliver(newKey, delivery);
    expect(readFileSync(join(directory.path, "got"), "utf8") === newKey.reveal()).toBe(true);
    expect(readFileSync(join(directory.path, "facts"), "utf8")).toBe("aforo key_1 0a1b2c3d");
  });

  test("has the key neither on the command line nor in the environment", async () => {
    using directory = makeTemporaryDirectory();
    const line =
      "cat > /dev/null; tr '\\0' '\\n' < /proc/self/environ > seen; ps -o args= -p $$ >> seen; env >> seen";
    await openSink(`command:${line}`, contextIn(directory.path)).deliver(newKey, delivery);
    const seen = readFileSync(join(directory.path, "seen"), "utf8");
    expect(seen).toContain("KEYWARDEN_KEY_ID=key_1");
    assertNoKey(seen, [newKey]);
  });

  test("fails with the command's last words, and never with the key that it repeats", async () => {
    using directory = makeTemporaryDirectory();
    const sink = openSink(
      'command:key=$(cat); echo "no room for $key" >&2; exit 3',
      contextIn(directory.path),
    );
    const error = await sink.deliver(newKey, delivery).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "SINK_REFUSED",
      message: expect.stringContaining("status 3: no room for"),
    });
    assertNoKey(String(error), [newKey]);
  });

  test("takes a command that does not read its input at its word", async () => {
    using directory = makeTemporaryDirectory();
    await expect(openSink("command:true", contextIn(directory.path)).deliver(newKey, delivery)).resolves.toBe(
      "the command took it",
    );
  });

  test.runIf(process.platform === "linux")(
    "that a busy machine cannot start now is tried again, and one that is not there is not",
    async () => {
      using directory = makeTemporaryDirectory();
      const file = join(directory.path, "deploy");
      const given = {
        args: [],
        env: {},
        directory: directory.path,
        input: "",
        timeoutMs: 60_000,
        hidden: [],
      };
      const failureOf = async () =>
        judgeFailure(await runProcess({ ...given, file }).catch((error: unknown) => error), []);
      expect(await failureOf()).toMatchObject({
        code: "SINK_NOT_READY",
        isTransient: false,
        message: `${file} cannot be started: there is no such file or folder; is it on the PATH?`,
      });
      const open = openSync(file, "w", 0o755);
      writeSync(open, "#!/bin/sh\n");
      expect(await failureOf()).toMatchObject({ code: "SINK_NOT_READY", isTransient: true });
      closeSync(open);
      const program = join(import.meta.dirname, "..", "programs", "without-files.ts");
      const line = 'ulimit -n 60; exec "$0" "$1"';
      const said = execFileSync("sh", ["-c", line, process.execPath, program], { encoding: "utf8" });
      expect(JSON.parse(said)).toMatchObject({
        code: "SINK_NOT_READY",
        isTransient: true,
        message: expect.stringContaining("cannot be started: too many files are open"),
      });
    },
  );
});
