import { connectionFlags } from "../flags/connection-flags.ts";
import { answerFlags } from "../flags/report-flags.ts";
import { defineCommand } from "./define-command.ts";

const exits = "0 done, 2 failed.";

const login = defineCommand({
  name: "login",
  summary: "store a server's token in the system keyring or in an encrypted file",
  usage: ["login --server <url> [--token-file <file>]", "login --server <url> --stdin < token"],
  description: [
    "Asks for the token, verifies it, and stores it for the other commands: in the system keyring, or without",
    "one in a file encrypted with a passphrase, never in plain text. Each server has its own login; the last",
    "login is the default server. --server, --token-file and their variables always win.",
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
      summary:
        "store the token in the system keyring or in an encrypted file; auto takes the first that works",
    },
  },
  exits,
  examples: [
    ["keywarden login --server https://keys.example.com", "and type the token"],
    ["keywarden keys list", "needs no --token-file any more"],
  ],
  handler: async (call, terminal) => (await import("../login/login.ts")).login(call, terminal),
});

const logout = defineCommand({
  name: "logout",
  summary: "forget a server's token",
  usage: ["logout [--server <url>]"],
  description: ["Forgets the token on this machine. Anyone with a copy of it can still use it."],
  flags: { server: connectionFlags.server, "passphrase-file": connectionFlags["passphrase-file"] },
  exits,
  examples: [["keywarden logout", "of the server of the last login"]],
  handler: async (call, terminal) => (await import("../login/logout.ts")).logout(call, terminal),
});

const whoami = defineCommand({
  name: "whoami",
  summary: "show which server and which token commands use",
  usage: ["whoami [--json]"],
  flags: { ...answerFlags, ...connectionFlags },
  exits,
  examples: [["keywarden whoami", "name, role and server"]],
  handler: async (call, terminal) => (await import("../login/whoami.ts")).whoami(call, terminal),
});

export const loginCommands = [login, logout, whoami];
