import { jsonFlag } from "../flags/report-flags.ts";
import { defineFlags } from "@keywarden/command-line";
import { defineCommand } from "./define-command.ts";

export const formatsCommand = defineCommand({
  name: "formats",
  summary: "list the formats of keys, explain one, or try one on a text",
  usage: [
    "formats list [word ...] [--format json]",
    "formats show <id>",
    "formats test <id or pattern> < file",
  ],
  description: [
    "Formats are those of the managed providers, of your keywarden.json and of the catalogue of public",
    "providers. test reads a text from standard input and lists the keys of that format; it never",
    "shows a whole key. A pattern such as 'acme-{base62:20}' can be tried before you add it to keywarden.json.",
  ],
  flags: {},
  actions: {
    list: {
      summary: "list all formats, or those whose id, provider or field contains the words",
      operands: { name: "word" },
      flags: defineFlags({
        format: {
          kind: "choice",
          value: "format",
          choices: ["text", "json"],
          default: "text",
          summary: "text for people, json for programs",
        },
        ...jsonFlag,
      }),
    },
    show: {
      summary: "where a format is described, how reliable it is, and how to revoke such a key",
      operands: { name: "id", min: 1, max: 1 },
    },
    test: {
      summary: "look for keys of one format in standard input",
      operands: { name: "id or pattern", min: 1, max: 1 },
    },
  },
  exits: "0 done; 1 nothing matches, or the text holds no such key; 2 failed.",
  examples: [
    ["keywarden formats list github", "what is known of GitHub's tokens"],
    ["keywarden formats show slack/bot-token", "its source, its evidence, its remedy"],
    ["keywarden formats test 'acme-{base62:20}.{hex:40}' < sample.txt", "a format of your own"],
  ],
  handler: async (call, terminal) => (await import("../formats/formats.ts")).formats(call, terminal),
});
