import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readCommandLine, UsageError } from "@keywarden/command-line";
import type { Program } from "@keywarden/command-line";
import { describe, expect, test } from "vitest";
import { readCodeBlocks, readCommands, splitWords } from "./code-blocks.ts";
import { programs } from "./programs.ts";

const root = join(import.meta.dirname, "../..");
const documents = execFileSync("git", ["ls-files", "-z", "*.md", "*.yml", "*.yaml", "*.service"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\0")
  .filter((path) => path !== "" && path !== "CHANGELOG.md" && existsSync(join(root, path)));

const commandsOf = (path: string): readonly string[] => {
  const text = readFileSync(join(root, path), "utf8");
  return path.endsWith(".md")
    ? readCodeBlocks(text).flatMap((block) => readCommands(block.text))
    : text
        .split("\n")
        .flatMap((line) => /^\s*(?:- )?(?:run|entry|ExecStart)\s*[:=]\s*(.*)$/.exec(line)?.[1] ?? [])
        .flatMap((line) => readCommands(line));
};

/** The program and arguments of a command that calls one of ours, through npx or an absolute path or as it is. */
function callOf(command: string): { readonly program: Program; readonly argv: readonly string[] } | null {
  const words = splitWords(command.replace(/^(?:[A-Z_]+=\S+ )+/, ""));
  const at = words.findIndex((word, index) => index <= 4 && programs[word] !== undefined);
  const before = words.slice(0, Math.max(0, at));
  if (at === -1 || before.some((word) => !/^(?:npx|exec|sudo|--no-install|--yes)$/.test(word))) return null;
  const program = programs[words[at] ?? ""];
  return program === undefined ? null : { program, argv: words.slice(at + 1) };
}

/** A command as a reader types it: what stands for something replaced, and a meaning behind it in a list cut off. */
function asTyped(command: string): string {
  return (
    command
      .replaceAll(/<[^>]*>|\$\{?\w+\}?|\$\([^)]*\)/g, "1")
      .replace(/\s{2,}.*$/, "")
      // The pre-commit framework puts the file behind it.
      .replace(/--commit-msg$/, "--commit-msg 1")
  );
}

test.each(Object.entries(programs))(
  "%s takes --json for --format json wherever it writes JSON",
  (name, program) => {
    const commands = [...program.commands, ...(program.main === undefined ? [] : [program.main])];
    const tables = commands.flatMap(({ name: command, flags, actions }) => [
      [`${name} ${command}`, flags] as const,
      ...Object.entries(actions).map(
        ([action, { flags: own = {} }]) => [`${name} ${command} ${action}`, { ...flags, ...own }] as const,
      ),
    ]);
    const wrong = tables.filter(([, { format, json }]) => {
      const choices = format?.kind === "choice" ? Object.entries(format.choices).flat() : [];
      const isShort = json?.kind === "shorthand" && json.for === "format" && json.is === "json";
      return json === undefined ? choices.includes("json") : !isShort;
    });
    expect(wrong.map(([call]) => call)).toEqual([]);
  },
);

describe.each(documents.filter((path) => commandsOf(path).some((command) => callOf(command) !== null)))(
  "%s",
  (path) => {
    test("shows only commands, flags and values that the programs understand", async () => {
      const wrong: string[] = [];
      for (const command of commandsOf(path)) {
        const call = callOf(asTyped(command));
        // In a synopsis, brackets and bars stand for choices.
        if (call === null || /\[|…|\.\.\.(?!\w)/.test(command)) continue;
        const { argv } = call;
        await readCommandLine(call.program, argv, {}).catch((error: unknown) => {
          if (!(error instanceof UsageError)) throw error;
          wrong.push(`${command}: ${error.message}`);
        });
      }
      expect(wrong).toEqual([]);
    });
  },
);
