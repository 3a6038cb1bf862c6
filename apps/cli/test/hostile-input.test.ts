import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, it } from "vitest";
import { takeKey } from "../src/keys/take-key.ts";
import { keywarden, live } from "./command.ts";
import { runHere } from "./terminal.ts";

const escape = "\u001B";
const rightToLeft = "\u202E";
const names = [`a\nb.env`, `${escape}[31mred.env`, `${rightToLeft}vne.txt`, `-rf`, `${"n".repeat(200)}.env`];

/** Neither control characters nor marks that turn text around reach a terminal. */
function expectPlain(text: string): void {
  expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}|[\u202A-\u202E]/u);
}

describe("a file whose name is made to mislead", () => {
  it.each(names)("is redacted, and shown without what misleads: %#", async (name) => {
    using place = makeTemporaryDirectory();
    writeFileSync(join(place.path, name), `API_KEY=${live}\n`);
    const { status, stdout, stderr } = await runHere(["redact", "--", name], { directory: place.path });
    expect([status, stderr]).toEqual([0, ""]);
    expectPlain(stdout);
  });

  it("is found among what agents keep, and shown without what misleads", async () => {
    using place = makeTemporaryDirectory();
    const folder = join(place.path, ".claude/projects/p");
    mkdirSync(folder, { recursive: true });
    for (const name of names) writeFileSync(join(folder, name), `{"text":"${live}"}\n`);
    const env = { HOME: place.path };
    const { status, stdout } = await runHere(["scan", "--agents"], { directory: place.path, env });
    expect(status).toBe(1);
    expect(stdout).toContain(`${names.length} keys found`);
    expectPlain(stdout);
  });
});

describe("text that is made to mislead", () => {
  it.each([
    ["NUL", `\u0000K=${live}\u0000`],
    ["half a pair of surrogates", `\uD800K=${live}\uDC00`],
    ["escapes of a terminal", `${escape}]0;x\u0007K=${live}`],
    ["marks that turn text around", `${rightToLeft}K=${live}`],
  ])("does not hide a key from the guard: %s", async (_what, content) => {
    using place = makeTemporaryDirectory();
    const tool = `Write${escape}[2J`;
    const event = { hook_event_name: "PreToolUse", tool_name: tool, tool_input: { file_path: "a", content } };
    const { status, stdout } = await keywarden(["guard", "check", "--agent", "claude"], {
      directory: place.path,
      input: JSON.stringify({ ...event, cwd: place.path }),
    });
    expect([status, stdout]).toEqual([0, expect.stringContaining('"permissionDecision":"deny"')]);
    expectPlain(stdout);
  });

  it.each(["\u0000", "\uD800", `${escape}[2J`, "a".repeat(1000), "sk_live_\u202E"])(
    "is no key that could be nobody's: %#",
    (text) => {
      const taken = takeKey(text);
      expect("text" in taken && taken.doubt === null).toBe(false);
    },
  );
});
