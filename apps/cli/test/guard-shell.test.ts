import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeTemporaryDirectory } from "@keywarden/testing";
import { array, assert, constantFrom, oneof, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { decideEvent, type GuardTools } from "../src/guard/decide.ts";
import type { JsonValue } from "../src/guard/guard-event.ts";
import { guardFolder } from "../src/guard/guard-folder.ts";
import { judgeCommand } from "../src/guard/shell-rules.ts";

const tools: GuardTools = { findKeys: () => [], redact: (text) => text };

function verdictOn(tool: string, input: JsonValue, folder = "/work/project"): string {
  const event = {
    name: "PreToolUse",
    phase: "before",
    tool,
    input,
    output: null,
    directory: null,
  } as const;
  return decideEvent(event, tools, guardFolder(folder)).kind;
}

/** Makes a folder with hooks and the settings of two agents, of which one is guarded. */
function checkedProject() {
  const place = makeTemporaryDirectory();
  for (const [path, text] of [
    [".git/hooks/pre-commit", "sh keywarden/dist/hook.sh\n"],
    [".husky/pre-commit", "sh keywarden/dist/hook.sh\nnpm test\n"],
    [".claude/settings.json", '{ "hooks": "sh hook.sh guard check --agent claude" }'],
    [".gemini/settings.json", "{}"],
  ] as const) {
    mkdirSync(dirname(join(place.path, path)), { recursive: true });
    writeFileSync(join(place.path, path), text);
  }
  return place;
}

describe("what a tool would run", () => {
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

describe("a patch", () => {
  const key = "KEY";
  const whole: GuardTools = { ...tools, findKeys: (text) => (text.includes(key) ? [key] : []) };
  const patch = (...lines: string[]): string => ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");
  const shell = (text: string): JsonValue => ({ command: `apply_patch <<'EOF'\n${text}\nEOF\n` });
  const update = "*** Update File: a";
  it.each<[what: string, patch: string, kind: string]>([
    ["takes a key out", patch(update, "@@", `-k = ${key}`, "+k = env"), "pass"],
    ["leaves a key beside it", patch(update, `@@ k = ${key}`, ` j = ${key}`, "-a", "+b"), "pass"],
    ["stands beside words for a shell", patch(update, " git commit -n", "+git push --no-verify"), "pass"],
    ["adds a key", patch(update, "@@", `-k = ${key}`, `+j = ${key}`), "refuse"],
    ["adds a file with a key", patch("*** Add File: b", `+k = ${key}`), "refuse"],
    ["adds one that begins as what is taken out", patch("*** Add File: b", `- ${key}`), "refuse"],
    ["is made a file of that name", patch(update, `*** Move to: ${key}`, "-a", "+b"), "refuse"],
  ])("is judged by what it adds, where it %s", (_what, text, kind) => {
    const judge = (tool: string, input: JsonValue): string => {
      const event = { name: "PreToolUse", phase: "before", tool, input } as const;
      return decideEvent({ ...event, output: null, directory: null }, whole, guardFolder("/work/p")).kind;
    };
    expect(judge("apply_patch", { command: text })).toBe(kind);
    expect(judge("apply_patch", text)).toBe(kind);
    expect(judge("Bash", shell(text))).toBe(kind);
    // What another program gets is written as it is.
    const written = { command: `cat > a <<'EOF'\n${text}\nEOF` };
    expect(judge("Bash", written)).toBe(text.includes(key) ? "refuse" : "pass");
    expect(judge("Bash", { command: `${written.command}; true` })).toBe(judge("Bash", written));
  });
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
    ["cd .husky && echo npm test > pre-commit", true],
    ["rm -f .claude/settings.json", true],
    ["sed -i /keywarden/d .claude/settings.json", true],
    ["rm -f .gemini/settings.json", false],
    ["cat .claude/settings.json", false],
  ])("is not overwritten by a command: %s", (command, isRefused) => {
    using place = checkedProject();
    expect(judgeCommand(command, guardFolder(place.path)) !== null).toBe(isRefused);
  });

  const update = (path: string, ...lines: string[]): JsonValue =>
    ["*** Begin Patch", `*** Update File: ${path}`, "@@", ...lines, "*** End Patch"].join("\n");
  it.each<[tool: string, input: JsonValue, isRefused: boolean]>([
    ["Write", { file_path: ".husky/pre-commit", content: "npm test\n" }, true],
    ["Write", { file_path: ".husky/pre-commit", content: "sh keywarden/dist/hook.sh\nnpm test\n" }, false],
    ["Write", { file_path: ".husky/pre-push", content: "npm test\n" }, false],
    ["Edit", { file_path: ".husky/pre-commit", old_string: "sh keywarden", new_string: "# sh" }, true],
    ["Edit", { file_path: ".husky/pre-commit", old_string: "keyward", new_string: "x" }, true],
    ["Edit", { file_path: ".claude/settings.json", old_string: "ard c", new_string: "" }, true],
    ["Edit", { file_path: ".claude/settings.json", old_string: "sh hook", new_string: "sh /hook" }, false],
    ["move_file", { source: ".claude/settings.json", destination: "notes" }, true],
    ["move_file", { source: "notes", destination: "more" }, false],
    ["Edit", { file_path: ".husky/pre-commit", old_string: "npm test", new_string: "npm t" }, false],
    ["replace", { path: ".husky/pre-commit", edits: [{ oldText: "keywarden", newText: "" }] }, true],
    ["create", { path: ".claude/settings.json", file_text: "{}" }, true],
    ["create", { path: ".gemini/settings.json", file_text: "{}" }, false],
    ["Write", { file_path: ".claude/settings.local.json", content: '{"disableAllHooks": true}' }, true],
    ["Delete", { file_path: ".claude/settings.json" }, true],
    ["Delete", { file_path: ".gemini/settings.json" }, false],
    ["Write", { file_path: "/p/.git/config", content: "[core]\n\thooksPath = x\n" }, true],
    ["Write", { file_path: "/p/.git/config", content: "[core]\n\tbare = false\n" }, false],
    ["Read", { file_path: ".claude/settings.json" }, false],
    ["apply_patch", { command: update(".husky/pre-commit", "-sh keywarden/dist/hook.sh") }, true],
    ["apply_patch", { command: update(".husky/pre-commit", "-npm test", "+npm t") }, false],
    ["apply_patch", "*** Begin Patch\n*** Delete File: .claude/settings.json\n*** End Patch", true],
  ])("is not taken away by an edit: %s %j", (tool, input, isRefused) => {
    using place = checkedProject();
    expect(verdictOn(tool, input, place.path) === "refuse").toBe(isRefused);
  });
});
