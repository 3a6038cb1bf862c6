import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeKey, makePatternKey, makeRandom, makeTemporaryDirectory } from "@keywarden/testing";
import { builtInProviders, generateKey, providersOf, Secret } from "@keywarden/key-format";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderCompletions } from "../src/completions/render-completions.ts";
import { makeDefineCommand, type ProcessTerminal, readCommandLine, runProgram } from "../src/index.ts";
import { makeOutputRedactor } from "../src/redactor.ts";
import { greeter, makeTerminal } from "./greeter.ts";

async function flagsOf(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const request = await readCommandLine(greeter, argv, env);
  if (request.kind !== "run") throw new Error(request.kind);
  return { ...request.call.flags, operands: request.call.operands };
}

const defaults = {
  loud: false,
  name: "you",
  file: undefined,
  times: 1,
  port: undefined,
  format: "text",
  tone: undefined,
  alsoTo: [],
  parts: [""],
  operands: [],
};

describe("a command line", () => {
  test("behind a command that hands it on is another program's, flags and all", async () => {
    const { terminal, written } = makeTerminal(["sing", "--help", "--loud", "--", "-x"]);
    expect(await runProgram(greeter, terminal)).toBe(0);
    expect(written.out).toBe("singer --help --loud -- -x\n");
  });

  test.each([
    [["greet"], {}],
    [["greet", "--loud", "--name", "ann", "--times=3"], { loud: true, name: "ann", times: 3 }],
    [["greet", "--json"], { format: "json" }],
    [["greet", "--also-to", "a", "--also-to=b"], { alsoTo: ["a", "b"] }],
    [["greet", "--parts", "a,b"], { parts: ["a", "b"] }],
    [["greet", "ann", "--loud", "--", "--bob", "-"], { loud: true, operands: ["ann", "--bob", "-"] }],
    [["--loud", "greet", "ann"], { loud: true, operands: ["ann"] }],
    [["greet", "--name=--loud"], { name: "--loud" }],
  ])("%j is understood", async (argv, expected) => {
    expect(await flagsOf(argv)).toEqual({ ...defaults, ...expected });
  });

  test("takes a variable where the flag is absent, and an empty one as unset", async () => {
    expect(await flagsOf(["greet"], { KEYWARDEN_PORT: "81", KEYWARDEN_FILE: "" })).toMatchObject({
      port: 81,
      file: undefined,
    });
    expect(await flagsOf(["greet", "--port", "80"], { KEYWARDEN_PORT: "81" })).toMatchObject({ port: 80 });
  });

  test.each([
    [["gret"], 'Unknown command "gret". Did you mean greet?'],
    [["greet", "--lod"], 'Unknown flag "--lod" for greeter greet. Did you mean --loud?'],
    [["greet", "-loud"], 'Unknown flag "-loud" for greeter greet. Did you mean --loud?'],
    [["greet", "--xyzzyx"], "greeter greet --help lists its flags."],
    [["greet", "--loud=yes"], "--loud takes no value."],
    [["greet", "--loud", "--loud"], "--loud is given twice."],
    [["greet", "--json", "--format", "text"], "--format is given twice."],
    [["greet", "--name"], "--name needs a value: --name <text>."],
    [["greet", "--name", "--loud"], "--name needs a value"],
    [["greet", "--times", "10"], '--times must be a number from 1 to 9, not "10".'],
    [["greet", "--port", "65536"], "--port must be a number from 0 to 65535"],
    [["greet", "--format", "jsn"], '--format must be text or json, not "jsn". Did you mean json?'],
    [["--loud"], '"--loud" needs a command: greeter --help lists the commands.'],
    [["--debug=1"], '"--debug" needs a command'],
    [["list"], "greeter list needs an action: all, one."],
    [["list", "all", "--brief"], "--brief is a flag of greeter list one, not of greeter list all."],
    [["list", "one", "ann", "--brif"], 'Unknown flag "--brif" for greeter list. Did you mean --brief?'],
    [["list", "al"], 'Unknown action "al" of greeter list. Did you mean all?'],
    [["list", "all", "x"], 'Unexpected argument "x": greeter list all takes nothing.'],
    [["list", "one"], "<person> is missing: greeter list one <person>."],
    [["help", "gret"], "Did you mean greet?"],
  ])("%j is one sentence and status 2", async (argv, sentence) => {
    const { terminal, written } = makeTerminal(argv);
    expect(await runProgram(greeter, terminal)).toBe(2);
    expect(written.out).toBe("");
    expect(written.err).toContain(sentence);
    expect(written.err.trimEnd().split("\n")).toHaveLength(1);
  });

  test.each([
    [["-V"], "greeter 1.2.3\n"],
    [["--version"], "greeter 1.2.3\n"],
    [["greet", "--version"], "greeter 1.2.3\n"],
    [["greet", "--lod", "-V"], "greeter 1.2.3\n"],
  ])("%j prints the version", async (argv, text) => {
    const { terminal, written } = makeTerminal(argv);
    expect(await runProgram(greeter, terminal)).toBe(0);
    expect(written).toEqual({ out: text, err: "" });
  });

  test.each([[["-h"]], [["greet", "-h"]], [["help", "greet"]], [["greet", "--nonsense", "--help"]]])(
    "%j explains",
    async (argv) => {
      const { terminal, written } = makeTerminal(argv);
      expect(await runProgram(greeter, terminal)).toBe(0);
      expect(written.err).toBe("");
      expect(written.out.split("\n").filter((line) => line.length > 110)).toEqual([]);
    },
  );

  test("help shows defaults, variables, choices and what is repeatable", async () => {
    const { terminal, written } = makeTerminal(["help", "greet"]);
    await runProgram(greeter, terminal);
    expect(written.out).toContain("whom to greet (default: you)");
    expect(written.out).toContain("whom else (KEYWARDEN_FILE)");
    expect(written.out).toContain("how (text, json; default: text)");
    expect(written.out).toContain("others (repeatable)");
    expect(written.out).toContain("Values of --tone");
    expect(written.out).toContain("Exit status: 0 greeted, 2 could not greet.");
  });

  test("is understood, or refused with a usage error", async () => {
    const outcomes = new Set<string>();
    const word = fc.oneof(
      fc.constantFrom("greet", "list", "all", "--", "-", "--loud", "--name", "--times", "-h", "--json"),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (argv) => {
        const outcome = await readCommandLine(greeter, argv, {}).then(
          ({ kind }) => kind,
          (error: unknown) => (error instanceof Error ? error.name : "nothing"),
        );
        outcomes.add(outcome);
      }),
    );
    expect(["run", "help", "version", "UsageError"]).toEqual(expect.arrayContaining([...outcomes]));
  });
});

describe("a secret", () => {
  const [provider] = builtInProviders;
  if (provider === undefined) throw new Error("no built-in providers");
  const key = makeKey(provider, { kind: "secret", environment: "production" }).reveal();
  const token = `kwt_${"aB3-".repeat(11)}`.slice(0, 47);

  test.each([key, token])("is refused as a value, and never repeated", async (secret) => {
    for (const argv of [
      ["greet", "--name", secret],
      ["greet", "--file", secret],
      ["greet", `--${secret}`],
      ["greet", secret],
      [secret],
      ["list", secret],
      ["list", "one", secret],
      ["greet", "--port", secret],
      ["greet", "--format", secret],
    ]) {
      const { terminal, written } = makeTerminal(argv);
      expect(await runProgram(greeter, terminal)).toBe(2);
      expect(written.out + written.err).not.toContain(secret);
    }
    const { terminal, written } = makeTerminal(["greet"], { KEYWARDEN_FILE: secret });
    expect(await runProgram(greeter, terminal)).toBe(2);
    expect(written.err).toContain("KEYWARDEN_FILE: that looks like a");
    expect(written.err).toContain("put it into a file");
  });

  test("in the middle of a word is redacted in everything that a command prints", async () => {
    const { terminal, written } = makeTerminal(["greet", `x=${key}`, "--name", `y=${token}`]);
    expect(await runProgram(greeter, terminal)).toBe(0);
    expect(written.out).toMatch(/^hello x=sk_\w+…/);
    expect(written.out + written.err).not.toContain(key);
    expect(written.out + written.err).not.toContain(token);
  });
});

test("of no built-in format is repeated in the answer to a call that is not understood", async () => {
  const { providers } = providersOf([]);
  const keys = providers.flatMap(({ formats, patterns = [] }) => [
    ...formats.map((format) => generateKey(format, makeRandom(5)).reveal()),
    // What is left of one that was cut, at its shortest.
    ...formats.map(({ prefix }) => `${prefix}k7k7k7k7`),
    // Such a pattern is known by what stands beside it alone.
    ...patterns.flatMap((pattern) =>
      pattern.variants
        .filter(({ prefix }) => prefix.length > 2)
        .map((variant) => makePatternKey(pattern, variant, 5)),
    ),
  ]);
  expect(keys.length).toBeGreaterThan(300);
  const shown: string[] = [];
  for (const secret of keys) {
    const calls = [
      [secret],
      [`--${secret}`],
      ["greet", "--times", secret],
      ["help", secret],
      ["list", secret],
    ];
    for (const argv of calls) {
      const { terminal, written } = makeTerminal(argv);
      expect(await runProgram(greeter, terminal)).toBe(2);
      if (written.err.includes(secret)) shown.push(`${argv.join(" ")}: ${written.err}`);
    }
  }
  expect(shown).toEqual([]);
});

test.each([
  ["in a format that the user's file declares", "note:Ab3d_9x", "Ab3d_9x", "keywarden.json"],
  ["in a URL", "http://a:b@c", ":b@", "missing.json"],
])("a short secret %s is not repeated either", async (_, word, secret, declared) => {
  using folder = makeTemporaryDirectory();
  writeFileSync(join(folder.path, "keywarden.json"), JSON.stringify({ pattern: "note:{word:7}" }));
  const { terminal, written } = makeTerminal(["greet", `--${word}`]);
  await runProgram({ ...greeter, formatFiles: () => [join(folder.path, declared)] }, terminal);
  expect(written.err).toContain("Unknown flag");
  expect(written.err).not.toContain(secret);
});

test("no format is looked up to show what the program's own table says", async () => {
  const asked: string[] = [];
  const watched = {
    ...greeter,
    formatFiles: () => {
      asked.push("formats");
      return [];
    },
  };
  for (const argv of [["help", "greet"], ["help"], ["--help"], ["-V"], ["completions", "bash"]]) {
    await runProgram(watched, makeTerminal(argv).terminal);
  }
  expect(asked).toEqual([]);
  await runProgram(watched, makeTerminal(["greet"]).terminal);
  expect(asked).toEqual(["formats"]);
});

test("what reports advise to write instead of a key stays readable", () => {
  const { redact } = makeOutputRedactor();
  expect(redact("Write sk_live_YOUR_KEY_HERE: it passes.")).toBe("Write sk_live_YOUR_KEY_HERE: it passes.");
  expect(redact(`sk_live_YOUR_KEY_HERE${"x9Ab".repeat(10)}`)).toMatch(/^sk_live_…/);
});

test("a secret is written whole by printSecret alone", async () => {
  const secret = new Secret(`kwt_${"aB3-".repeat(11)}`.slice(0, 47));
  const { terminal, written } = makeTerminal(["show"]);
  const show = makeDefineCommand<ProcessTerminal>()({
    name: "show",
    summary: "show it",
    usage: ["show"],
    flags: {},
    handler: async (_, { print, printSecret }) => {
      print(`${secret.reveal()}\n`);
      printSecret(secret);
      return 0;
    },
  });
  expect(await runProgram({ ...greeter, commands: [show] }, terminal)).toBe(0);
  expect(written.out).toMatch(/^kwt_….*\n/);
  expect(written.out.split("\n")[1]).toBe(secret.reveal());
});

test("an unexpected error is one redacted sentence, and with --debug where it came from", async () => {
  const plain = makeTerminal(["list", "one", "ann"]);
  expect(await runProgram(greeter, plain.terminal)).toBe(2);
  expect(plain.written.err).toBe(
    "greeter: nobody is called one (this should not happen; --debug shows where it came from)\n",
  );
  const debug = makeTerminal(["list", "one", "ann", "--debug"]);
  await runProgram(greeter, debug.terminal);
  expect(debug.written.err).toMatch(/^ +at /m);
});

const has = (shell: string): boolean => spawnSync(shell, ["--version"]).error === undefined;

describe("Tab", () => {
  test.skipIf(!has("zsh"))("offers the commands in zsh, the first time too", () => {
    using folder = makeTemporaryDirectory();
    writeFileSync(join(folder.path, "_greeter"), renderCompletions(greeter, "zsh"));
    // The prompt is set in two parts, because the terminal repeats the line that sets it.
    const script = String.raw`zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'fpath=(${folder.path} $fpath); autoload -Uz compinit; compinit -u -D; bindkey "^I" list-choices; PS1="rea""dy"'
zpty -r z out '*ready*'
zpty -w -n z 'greeter '$'\t'
zpty -r z offered '*sing*list*'
print -r -- "$offered"
zpty -d z`;
    const { stdout, status } = spawnSync("zsh", ["-f", "-c", script], { encoding: "utf8", timeout: 120_000 });
    expect(status).toBe(0);
    expect(
      ["completions", "greet ", "help", "list", "sing"].filter((word) => !stdout.includes(word)),
    ).toEqual([]);
  });

  test.skipIf(!has("fish"))("offers the commands in fish, behind help too", () => {
    using folder = makeTemporaryDirectory();
    const file = join(folder.path, "greeter.fish");
    writeFileSync(file, renderCompletions(greeter, "fish"));
    const offered = (line: string): string =>
      spawnSync("fish", ["--no-config", "-c", `source ${file}; complete -C '${line}'`], { encoding: "utf8" })
        .stdout;
    expect(offered("greeter ")).toContain("sing\tlet singer sing\n");
    expect(offered("greeter help ")).toContain("sing\tlet singer sing\n");
  });
});

test.each(["bash", "zsh", "fish"])("completions for %s name every command, action and flag", (shell) => {
  const script = renderCompletions(greeter, shell);
  for (const word of ["greet", "list", "all", "one", "also-to", "text json", "warm cold"])
    expect(script).toContain(word);
});
