import { connectionFlags } from "../flags/connection-flags.ts";
import { answerFlags } from "../flags/report-flags.ts";
import { optionsOf } from "../options.ts";
import { defineCommand } from "./define-command.ts";

const exits = "0 done, 2 it could not be done.";

const login = defineCommand({
  name: "login",
  summary: "keep a server's token in the system's keyring or an encrypted file",
  usage: ["login --server <url> [--token-file <file>]", "login --server <url> --stdin < token"],
  description: [
    "Asks for the token, tries it, and keeps it for the other commands: in the keyring of the system, or in a",
    "file under a passphrase where there is none, never in plain text. Each server has its own; the last login",
    "is the server that commands ask. --server, --token-file and their variables always come first.",
  ],
  flags: {
    ...connectionFlags,
    stdin: { kind: "switch", summary: "read the token from standard input" },
    keyring: {
      kind: "choice",
      value: "where",
      choices: ["auto", "system", "file"],
      variable: "KEYWARDEN_KEYRING",
      default: "auto",
      summary: "keep the token in the system's keyring or an encrypted file; auto takes the first that works",
    },
  },
  exits,
  examples: [
    ["keywarden login --server https://keys.example.com", "and type the token"],
    ["keywarden keys list", "needs no token-file any more"],
  ],
  handler: async (call, terminal) => (await import("./login.ts")).login(optionsOf(call), terminal),
});

const logout = defineCommand({
  name: "logout",
  summary: "forget a server's token",
  usage: ["logout [--server <url>]"],
  description: ["Forgets the token here. Whoever has a copy of it can still use it."],
  flags: { server: connectionFlags.server, "passphrase-file": connectionFlags["passphrase-file"] },
  exits,
  examples: [["keywarden logout", "of the server of the last login"]],
  handler: async (call, terminal) => (await import("./logout.ts")).logout(optionsOf(call), terminal),
});

const whoami = defineCommand({
  name: "whoami",
  summary: "say which server and which token commands use",
  usage: ["whoami [--json]"],
  flags: { ...answerFlags, ...connectionFlags },
  exits,
  examples: [["keywarden whoami", "name, role and server"]],
  handler: async (call, terminal) => (await import("./whoami.ts")).whoami(optionsOf(call), terminal),
});

export const loginCommands = [login, logout, whoami];
