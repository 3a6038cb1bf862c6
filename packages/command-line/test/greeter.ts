import { defineFlags, defineProgram, makeDefineCommand, type ProcessTerminal } from "../src/index.ts";

/** A program with a flag of every kind. */
export const greetFlags = defineFlags({
  loud: { kind: "switch", summary: "in capitals" },
  name: { kind: "text", value: "text", summary: "whom to greet", default: "you" },
  file: { kind: "file", value: "file", summary: "whom else", variable: "KEYWARDEN_FILE" },
  times: { kind: "number", value: "n", min: 1, max: 9, default: 1, summary: "how often" },
  port: { kind: "port", value: "port", variable: "KEYWARDEN_PORT", summary: "where" },
  format: { kind: "choice", value: "format", choices: ["text", "json"], default: "text", summary: "how" },
  tone: {
    kind: "choice",
    value: "tone",
    choices: { warm: "like a friend", cold: "like a clerk" },
    summary: "how",
  },
  json: { kind: "shorthand", for: "format", is: "json", summary: "short for --format json" },
  "also-to": { kind: "list", value: "text", summary: "others" },
  parts: { kind: "parsed", value: "list", summary: "in parts", default: "", read: (text) => text.split(",") },
});

const defineCommand = makeDefineCommand<ProcessTerminal>();

export const greeter = defineProgram({
  name: "greeter",
  version: "1.2.3",
  summary: "greets people",
  commands: [
    defineCommand({
      name: "greet",
      summary: "say hello",
      usage: ["greet [person ...]"],
      operands: { name: "person" },
      flags: greetFlags,
      handler: async ({ flags, operands }, { print, warn }) => {
        print(`hello ${operands.join(" ")}\n`);
        warn(`greeted ${flags.name}\n`);
        return 0;
      },
    }),
    defineCommand({
      name: "list",
      summary: "list people",
      usage: ["list all | one <person>"],
      flags: {},
      actions: {
        all: { summary: "all of them" },
        one: {
          summary: "one of them",
          operands: { name: "person", min: 1, max: 1 },
          flags: { brief: { kind: "switch", summary: "the name alone" } },
        },
      },
      handler: async ({ action }) => {
        if (action === "all") return 0;
        throw new Error(`nobody is called ${action}`);
      },
    }),
    defineCommand({
      name: "sing",
      summary: "let singer sing",
      usage: ["sing [flags of singer]"],
      flags: {},
      isHandedOn: true,
      handler: async ({ operands }, { print }) => {
        print(`singer ${operands.join(" ")}\n`);
        return 0;
      },
    }),
  ],
  exits: "0 greeted, 2 could not greet.",
});

/** Runs it, and gives what it wrote. */
export function makeTerminal(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const written = { out: "", err: "" };
  const terminal: ProcessTerminal = {
    argv,
    env,
    print: (text) => void (written.out += text),
    warn: (text) => void (written.err += text),
  };
  return { terminal, written };
}
