import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { Command, Flags, ProcessTerminal, Program } from "@keywarden/command-line";
import { builtInProviders } from "@keywarden/key-format";
import { makeKey, makeTemporaryDirectory } from "@keywarden/testing";
import { describe, expect, test } from "vitest";
import { program as cli } from "../../apps/cli/src/program.ts";
import { program as githubApp } from "../../apps/github-app/src/program.ts";
import { program as keyServer } from "../../apps/key-server/src/program.ts";
import { program as showcase } from "../../apps/showcase/src/program.ts";
import { program as tui } from "../../apps/tui/src/program.ts";
import { runInProcess } from "./run-in-process.ts";

const [provider] = builtInProviders;
if (provider === undefined) throw new Error("no built-in providers");
const secrets = [
  ["a key", makeKey(provider, { kind: "secret", environment: "production" }).reveal()],
  ["a token", `kwt_${randomBytes(32).toString("base64url")}`],
] as const;

const flagsOf = <T extends ProcessTerminal>({ flags, actions }: Command<T>, action = ""): Flags => ({
  ...flags,
  ...actions[action]?.flags,
});

/** Every command line that has a secret in one of its places, from the program's own table. */
function commandLines<T extends ProcessTerminal>(
  { main, commands }: Program<T>,
  secret: string,
): readonly (readonly string[])[] {
  const linesOf = (command: Command<T>): readonly (readonly string[])[] => {
    const head = command.name === "" ? [] : [command.name];
    const actions = Object.keys(command.actions);
    const starts = actions.length === 0 ? [head] : actions.map((action) => [...head, action]);
    return starts.flatMap((start, index) => [
      [...start, secret],
      [...start, secret, secret, secret],
      [...start, "--", `--${secret}`],
      [...start, `--${secret}`],
      [...start, `-${secret}`],
      [...start, `--${secret}=x`],
      ...Object.keys(flagsOf(command, actions[index])).flatMap((flag) => [
        [...start, `--${flag}`, secret],
        [...start, `--${flag}=${secret}`],
        [...start, `--${flag}`, `x${secret}`],
        [...start, `--${flag}`, `--${secret}`],
      ]),
    ]);
  };
  const all = [...commands, ...(main === undefined ? [] : [main])];
  return [[secret], [`--${secret}`], ["help", secret], ...all.flatMap(linesOf)];
}

const programs = { cli, keyServer, githubApp, tui, showcase };

describe.each(Object.keys(programs) as readonly (keyof typeof programs)[])("%s", (name) => {
  // Each is a program over its own process; the terminal here has what all of them need.
  const program = programs[name] as unknown as Program;

  test.each(secrets)("never prints %s from any place of a command line", async (_, secret) => {
    using directory = makeTemporaryDirectory();
    execFileSync("git", ["init", "-q", directory.path]);
    const shown: string[] = [];
    for (const argv of commandLines(program, secret)) {
      const { text } = await runInProcess(program, argv, directory.path);
      if (text.includes(secret)) shown.push(argv.join(" ").replaceAll(secret, "<secret>"));
    }
    expect(shown).toEqual([]);
  });

  test.each(secrets)("refuses %s in any variable, and never prints it", async (_, secret) => {
    using directory = makeTemporaryDirectory();
    const all = [...program.commands, ...(program.main === undefined ? [] : [program.main])];
    const wrong: string[] = [];
    for (const command of all) {
      const [action] = Object.keys(command.actions);
      for (const [flag, entry] of Object.entries(flagsOf(command, action))) {
        if (!("variable" in entry) || entry.variable === undefined) continue;
        const { min = 0 } = (action === undefined ? command : command.actions[action])?.operands ?? {};
        const argv = [command.name, action ?? "", ...Array.from({ length: min }, () => "x")].filter(Boolean);
        const { status, text } = await runInProcess(program, argv, directory.path, {
          [entry.variable]: secret,
        });
        if (status !== 2 || text.includes(secret)) wrong.push(`${command.name} ${entry.variable} (${flag})`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
