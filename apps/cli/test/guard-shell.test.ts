import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { array, assert, constantFrom, oneof, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { decideEvent, type GuardTools } from "../src/guard/decide.ts";
import type { JsonValue } from "../src/guard/guard-event.ts";
import { guardFolder } from "../src/guard/guard-folder.ts";
import { judgeCommand } from "../src/guard/shell-rules.ts";

const tools: GuardTools = { findKeys: () => [], redact: (text) => text };

describe("what a tool would run", () => {
  const verdictOn = (tool: string, input: JsonValue): string => {
    const event = {
      name: "PreToolUse",
      phase: "before",
      tool,
      input,
      output: null,
      directory: null,
    } as const;
    return decideEvent(event, tools, guardFolder("/work/project")).kind;
  };

  it("is one command with the arguments that stand apart", () => {
    expect(verdictOn("mcp__shell__run", { command: "cat", args: ["README.md"] })).toBe("pass");
    expect(verdictOn("mcp__shell__run", { command: "cat", args: [".env"] })).toBe("refuse");
    expect(verdictOn("shell", { command: ["bash", "-lc", "cat .env"] })).toBe("refuse");
    expect(verdictOn("write_stdin", { session_id: 1, chars: "cat .env\n" })).toBe("refuse");
    expect(verdictOn("write_bash", { sessionId: "a", input: "cat .env" })).toBe("refuse");
    expect(verdictOn("exec_command", { cmd: "git commit --no-verify" })).toBe("refuse");
  });

  it.each([{ command: null }, { command: { argv: ["cat", ".env"] } }, {}, "cat .env"])(
    "is refused where a shell's tool gives it in an unknown shape: %j",
    (input) => {
      expect(verdictOn("Bash", input)).toBe("refuse");
      expect(verdictOn("mcp__notes__add", input)).toBe("pass");
    },
  );
});

describe("a shell text", () => {
  const parts = [
    "cat ",
    ".env",
    "$",
    "(",
    ")",
    "{",
    "}",
    "'",
    '"',
    "`",
    "\\",
    "<",
    "EOF",
    "\n",
    ";",
    "|",
    "&",
    " ",
    "*",
    "[",
    "x=",
    "sh -c ",
    "#",
  ];

  it("is judged, whatever it is", () => {
    const texts = array(oneof(constantFrom(...parts), string()), { maxLength: 30 });
    assert(property(texts, (all) => judgeCommand(all.join(""), guardFolder("/work/project")) !== undefined));
  });

  it.each([
    ["many commands", "cat a;".repeat(4000)],
    ["a document with many substitutions", `cat <<EOF\n${"`y` $(z)\n".repeat(4000)}EOF\n`],
    ["nested ones", "$(".repeat(4000)],
    ["braces", `echo ${"{a,b}".repeat(600)}`],
    ["a variable that doubles", `a={x,y};${"a=$a$a;".repeat(60)}cat $a`],
  ])("is judged where it is made to take long: %s", (_name, text) => {
    expect(judgeCommand(text, guardFolder("/work/project"))).toBe(null);
    expect(judgeCommand(`${text}\ncat .env`, guardFolder("/work/project")) === null).toBe(
      text.startsWith("$("),
    );
  });
});

describe("a file in the folder that an agent works in", () => {
  it("counts where a pattern or a link leads to one that is made to hold keys, and in no other way", () => {
    using place = makeTemporaryDirectory();
    mkdirSync(join(place.path, "certificates"));
    for (const name of [".env", "notes.txt", "certificates/a.txt", "certificates/server.pem"])
      writeFileSync(join(place.path, name), "");
    symlinkSync(".env", join(place.path, "settings"));
    symlinkSync("notes.txt", join(place.path, "link"));
    const folder = guardFolder(place.path);
    const isRefused = (command: string): boolean => judgeCommand(command, folder) !== null;
    const refusedHere = [
      "cat .e*",
      "cat .*",
      "cat c*/*",
      "cat certificates/*",
      "cd certificates && head *",
      "cat settings",
      "mv .env notes",
      "cp .env notes",
    ];
    const passingHere = [
      "cat *",
      "cat n*",
      "cd certificates && cat a*",
      "cat link",
      "cat .f*",
      "mv .env certificates",
      "cd certificates && cat .e*",
    ];
    expect(refusedHere.filter((command) => !isRefused(command))).toEqual([]);
    expect(passingHere.filter(isRefused)).toEqual([]);
    const reads = (path: string): boolean => {
      const event = {
        name: "PreToolUse",
        phase: "before",
        tool: "Read",
        input: { file_path: path },
      } as const;
      return decideEvent({ ...event, output: null, directory: place.path }, tools, folder).kind === "refuse";
    };
    const paths = ["settings", join(place.path, "settings"), "link", "notes.txt"];
    expect(paths.filter(reads)).toEqual(paths.slice(0, 2));
  });
});

describe("a hook that is there", () => {
  it.each<[command: string, isRefused: boolean]>([
    ["> .git/hooks/pre-commit", true],
    ["echo exit 0 >| .husky/pre-commit", true],
    ["printf '' &> .husky/pre-commit", true],
    ["cp /bin/true .git/hooks/pre-commit", true],
    ["sudo ln -sf /bin/true .git/hooks/pre-commit", true],
    ["echo | tee .husky/pre-commit", true],
    ["dd if=/dev/null of=.git/hooks/pre-commit", true],
    ["sed -i 's/keywarden//' .husky/pre-commit", true],
    ["cd web; : > ../r/.git/hooks/pre-commit", false],
    ["echo npm test >> .husky/pre-commit", false],
    ["echo npm test | tee -a .husky/pre-commit", false],
    ["cp .husky/pre-commit /tmp/copy", false],
    ["sed -n 1p .husky/pre-commit > notes", false],
    ["echo npm test > .husky/pre-push", false],
  ])("is not overwritten by a command: %s", (command, isRefused) => {
    using place = makeTemporaryDirectory();
    for (const folder of [".git/hooks", ".husky"]) {
      mkdirSync(join(place.path, folder), { recursive: true });
      writeFileSync(join(place.path, folder, "pre-commit"), "");
    }
    expect(judgeCommand(command, guardFolder(place.path)) !== null).toBe(isRefused);
  });
});
