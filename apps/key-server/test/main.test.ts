import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { builtProgram } from "@keywarden/testing/built-program";
import { expect, test } from "vitest";

const main = builtProgram("key-server");

// Windows ends a process without telling it, so there is no signal to answer there.
test.skipIf(process.platform === "win32").each(["SIGINT", "SIGTERM"] as const)(
  "%s stops the process cleanly",
  async (signal) => {
    using directory = makeTemporaryDirectory();
    const child = spawn(process.execPath, [main, "--data", directory.path, "--port", "0"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = await lines.next();
    const address = /http:\S+/.exec(String(first.value))?.[0] ?? "";
    expect((await fetch(`${address}/healthz`)).status).toBe(200);

    child.kill(signal);

    expect(await exited).toEqual([0, null]);
  },
);
