import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { program } from "../src/program.ts";
import { keywarden } from "./command.ts";

const { commands } = program;
const place = { directory: import.meta.dirname };
const scriptFor = async (shell: string): Promise<string> =>
  (await keywarden(["completions", shell], place)).stdout;

/** What bash offers for the last of these words. */
async function complete(...words: readonly string[]): Promise<readonly string[]> {
  const ask = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _keywarden; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const answer = execFileSync("bash", ["-c", `${await scriptFor("bash")}\n${ask}`, "bash", ...words]);
  return answer.toString("utf8").split("\n").filter(Boolean);
}

describe("completions", () => {
  it("offer every command", async () => {
    const names = commands.map(({ name }) => name);
    expect(await complete("keywarden", "")).toEqual([...names, "--help", "--version"]);
  });

  it("offer a command's own flags and actions, and the values that a flag takes", async () => {
    expect(await complete("keywarden", "scan", "--sta")).toEqual(["--staged"]);
    expect(await complete("keywarden", "hook", "un")).toEqual(["uninstall"]);
    expect(await complete("keywarden", "scan", "--min-confidence", "")).toEqual(["low", "medium", "high"]);
    expect(await complete("keywarden", "scan", "--min-confidence", "=", "h")).toEqual(["high"]);
  });

  it.each(["zsh", "fish"])("name every command and flag for %s", async (shell) => {
    const script = await scriptFor(shell);
    const flagText = shell === "fish" ? "-l " : "--";
    const wanted = commands.flatMap(({ name, flags }) => [
      name,
      ...Object.keys(flags).map((flag) => `${flagText}${flag}`),
    ]);
    expect(wanted.filter((text) => !script.includes(text))).toEqual([]);
  });

  it("are not guessed for another shell", async () => {
    expect(await keywarden(["completions", "fis"], place)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("Did you mean fish?") as string,
    });
  });
});
