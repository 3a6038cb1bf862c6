import type { Command } from "./options.ts";

/** The command for the tokens of a keywarden-server. */
export const tokenCommands: readonly Command[] = [
  {
    name: "tokens",
    summary: "list, create and revoke the tokens of a keywarden-server",
    usage: [
      "keywarden tokens list [--json]",
      "keywarden tokens create --name <text> --role <role> --output <file>",
      "keywarden tokens revoke <token id> [--yes]",
    ],
    description: [
      "Needs a token with the role admin. A new token's text is shown once: --output writes it to a new file that",
      "only you can read, --print to standard output. A revoked token gets 401 from the next request on; the last",
      "one with the role admin cannot be revoked, so make another one first. Without --yes nothing is revoked.",
    ],
    flags: [
      "name",
      "role",
      "output",
      "print",
      "yes",
      "json",
      "server",
      "token-file",
      "passphrase-file",
      "debug",
      "help",
    ],
    ownFlags: [
      { name: "name", value: "text", summary: "what to call the token" },
      {
        name: "role",
        value: "role",
        choices: ["admin", "operator", "responder", "reader", "verifier"],
        summary: "what the token may do: admin, operator, responder, reader or verifier",
      },
      {
        name: "output",
        value: "file",
        summary: "write the new token to this file, which must not exist yet",
      },
      { name: "print", summary: "print the new token, alone, on standard output; it is never shown again" },
    ],
    actions: {
      list: "one line for each token, revoked ones too, oldest first",
      create: "make a token",
      revoke: "end a token at once and for ever",
    },
    takes: ["revoke"],
    exits: "Exit status: 0 done, 2 it could not be done.",
    examples: [
      [
        "keywarden tokens create --name ann --role admin --output ann.token",
        "instead of the bootstrap token",
      ],
      ["keywarden tokens revoke tok_1 --yes", "it opens nothing any more"],
    ],
    load: async () => (await import("./commands/tokens.ts")).tokens,
  },
];
