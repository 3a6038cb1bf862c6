import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readCommandLine, UsageError } from "@keywarden/command-line";
import { parseSync, Visitor } from "oxc-parser";
import { expect, test } from "vitest";
import { splitWords } from "./code-blocks.ts";
import { completedByPeople, runByTests } from "./printed.ts";
import { programs } from "./programs.ts";

const root = join(import.meta.dirname, "../..");
const names = Object.keys(programs);
const sources = execFileSync("git", ["ls-files", "-z", "apps/*/src/*", "packages/*/src/*"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\0")
  .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("packages/testing/"));

/** The texts of a source file, with 1 for a word that is filled in. */
function textsOf(path: string): readonly string[] {
  const text = readFileSync(join(root, path), "utf8");
  if (!/keywarden|\b(?:chmod|sed|npx|npm|git) /.test(text)) return [];
  const found: string[] = [];
  new Visitor({
    Literal: ({ value }) => void (typeof value === "string" && found.push(value)),
    TemplateLiteral: ({ quasis }) => void found.push(fillIn(quasis.map(({ value }) => value.cooked ?? ""))),
    JSXText: ({ value }) => void found.push(value),
  }).visit(parseSync(path, text).program);
  return found;
}

// What is glued to a word is its end, which may be empty: install, or install pre-push.
const fillIn = (parts: readonly string[]): string =>
  parts.reduce((text, part) => (/\w$/.test(text) ? text + part : `${text}1${part}`));

/** What a text shows as a command: from a program's name, with a command or flag behind it, to the end of the clause. */
function commandsIn(text: string): readonly string[] {
  return [...text.matchAll(/(?<![\w@/.-])(keywarden(?:-[a-z]+)*)((?: [^\n]*)?)/g)].flatMap(
    ({ 1: name = "", 2: rest = "", index }) => {
      const [first = ""] = rest.trim().split(" ");
      const program = programs[name];
      if (program === undefined) return [];
      const isCommand = program.commands.some((command) => command.name === first) || first.startsWith("--");
      // In code a name is often part of a text that goes on with another.
      if (!isCommand || /\[|…/.test(rest)) return [];
      const isQuoted = text[index - 1] === '"';
      const [end = ""] = rest.split(isQuoted ? '"' : /[;,)`]|:(?= |$)|\.(?: |$)| \| |&&|<(?!\w)| < /);
      return [name + end];
    },
  );
}

/** Whether the words begin with a call that the program understands, with every flag among them in it. */
async function isUnderstood(command: string): Promise<string | null> {
  const [name = "", ...words] = splitWords(command.replaceAll(/<[^>]*>/g, "1"));
  const program = programs[name];
  if (program === undefined) return "no such program";
  const lastFlag = words.findLastIndex((word) => word.startsWith("--"));
  let problem = "";
  // Prose may go on behind a command: the longest beginning that is one counts.
  for (let length = words.length; length > Math.max(0, lastFlag); length -= 1) {
    try {
      const argv = words.slice(0, length).map((word) => word.replace(/\.$/, ""));
      await readCommandLine(program, argv, {});
      return null;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      // A value that is filled in cannot be judged.
      if (/ must be .*, not "1"|"1" is not an environment/.test(error.message)) return null;
      problem ||= error.message;
    }
  }
  return problem;
}

// Said of a command, and not as one to run.
const named = [
  "keywarden tokens create",
  "keywarden-server token create",
  "keywarden conformance 1",
  "keywarden keys",
];

const shown = sources.flatMap((path) =>
  textsOf(path).flatMap((text) => commandsIn(text).map((command) => ({ path, command }))),
);

test("every command that a text of the programs shows is one that they understand", async () => {
  expect(shown.length).toBeGreaterThan(150);
  const wrong: string[] = [];
  for (const { path, command } of shown) {
    if (named.includes(command.trim())) continue;
    const problem = await isUnderstood(command);
    if (problem !== null) wrong.push(`${path}: ${command}: ${problem}`);
  }
  expect(wrong).toEqual([]);
});

// Tables of commands and flags explain; what messages print is to be run.
const explains = /\/(commands|flags)\/|-(help|command|actions)\.tsx?$|\/(program|options|config-shape)\.ts$/;
const others =
  /(?<![\w@/.-])(?:chmod|sed -n|npx husky|npm (?:ci|install|pack)|git (?:config|fetch|fsck|init|reset|rm|add|log|commit|rebase|push|merge))(?: --?[a-z-]+)?/g;

/** The command without what it names: its program, command and action, and the flag that says what it does. */
function shapeOf(command: string): string {
  const [name = "", first = "", ...words] = splitWords(command);
  const known = programs[name]?.commands.find((one) => one.name === first);
  const actions = words.filter((word) => known !== undefined && word in known.actions).slice(0, 1);
  const acts = words
    .filter((word) => /^--(?:resume|abandon|list|plaintext|staged|history|fix)$/.test(word))
    .slice(0, 1);
  return [name, first.startsWith("--") ? first.split("=")[0] : first, ...actions, ...acts].join(" ");
}

test("every command that a message prints is run by a test, or is for a person to complete", () => {
  const messages = sources.filter((path) => !explains.test(path));
  const printed = new Set(
    messages.flatMap((path) =>
      textsOf(path).flatMap((text) => [
        ...commandsIn(text)
          .filter((command) => !named.includes(command.trim()))
          .map(shapeOf),
        ...Array.from(text.matchAll(others), ([command]) => command),
      ]),
    ),
  );
  const listed = { ...runByTests, ...completedByPeople };
  expect([...printed].filter((shape) => !(shape in listed)).toSorted()).toEqual([]);
  expect(Object.keys(listed).filter((shape) => !printed.has(shape))).toEqual([]);
  const missing = Object.values(runByTests).filter((file) => !existsSync(join(root, `${file}.test.ts`)));
  expect(missing).toEqual([]);
});

test.each([
  ["keywarden rotate --resume 1", "understood"],
  ["keywarden rotate --list shows them", "understood"],
  ["keywarden rotate 1 --too env:.env", "Unknown flag"],
  ["keywarden baselines update", "Unknown command"],
  ["keywarden keys lok", "Unknown action"],
])("%s", async (command, problem) => {
  const said = await isUnderstood(command);
  expect(said ?? "understood").toContain(problem);
});

test("programs are known by their names", () => {
  expect(names).toEqual(["keywarden", "keywarden-github-app", "keywarden-server", "keywarden-tui"]);
});
