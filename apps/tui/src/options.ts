import { defineFlags, type FlagValues } from "@keywarden/command-line";
import { namedScreens } from "./screens/screen-id.ts";

/** How the terminal client is opened. */
export const openFlags = defineFlags({
  server: {
    kind: "url",
    value: "url",
    variable: "KEYWARDEN_SERVER",
    summary: "address of keywarden-server; the last keywarden login unless given",
  },
  "token-file": {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_TOKEN_FILE",
    summary: "file with the token, or <.env file>#<variable>; the login unless given",
  },
  "passphrase-file": {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_PASSPHRASE_FILE",
    summary: "file with the passphrase of the login, or set KEYWARDEN_PASSPHRASE",
  },
  "app-url": {
    kind: "url",
    value: "url",
    variable: "KEYWARDEN_APP_URL",
    summary: "address of the GitHub App, for exposures",
  },
  "app-token-file": {
    kind: "file",
    value: "file",
    variable: "KEYWARDEN_APP_TOKEN_FILE",
    summary: "file with the App's token",
  },
  screen: {
    kind: "choice",
    value: "name",
    choices: namedScreens,
    summary: "where to begin; next unless given, keys with --once",
  },
  filter: { kind: "text", value: "query", summary: "show what passes this filter" },
  departed: {
    kind: "list",
    value: "owner",
    summary: "an owner who has left, now or at a time: ann@acme.com=2026-01-31T17:00Z",
  },
  theme: { kind: "text", value: "name", summary: "calm, dark, light, contrast, plain, or one of your own" },
  mouse: { kind: "switch", summary: "let the wheel scroll and a click choose" },
  "screen-reader": {
    kind: "switch",
    summary: "tell what changes line by line, for a screen reader, instead of drawing a screen",
  },
  write: { kind: "switch", summary: "start with changes allowed; without it, w allows them" },
  once: {
    kind: "switch",
    summary: "print a table and exit, with 1 where something is overdue; needs no terminal",
  },
  plain: { kind: "switch", summary: "the same as --once" },
  format: {
    kind: "choice",
    value: "format",
    choices: ["table", "json", "csv"],
    summary: "how to print it once",
  },
  json: { kind: "shorthand", for: "format", is: "json", summary: "print it once as JSON" },
  csv: { kind: "shorthand", for: "format", is: "csv", summary: "print it once as CSV" },
});

export type Options = FlagValues<typeof openFlags>;
