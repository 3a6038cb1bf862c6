import { UsageError } from "@keywarden/command-line";
import { Secret } from "@keywarden/key-format";
import { appConnectionFlags } from "../options.ts";
import { renderTable } from "../operate/render-exposures.ts";
import { askAndPrint } from "./ask-and-print.ts";
import { defineCommand } from "./define-command.ts";

/** Tokens of the App's own API. */
export const tokensCommand = defineCommand({
  name: "tokens",
  summary: "manage the tokens of the App's API: one for each person or program",
  usage: ["tokens list | create --name <name> --role <role> | revoke <id>"],
  flags: {
    ...appConnectionFlags,
    name: { kind: "text", value: "name", summary: "create: whose it is, as the audit will say" },
    role: {
      kind: "choice",
      value: "role",
      choices: {
        admin: "everything, tokens too",
        operator: "read, decide, hold, arm, sweep",
        responder: "read, approve and reject",
        reader: "read, metrics too",
      },
      default: "responder",
      summary: "create: what it may do",
    },
  },
  actions: {
    list: { summary: "list all tokens, revoked ones too" },
    create: { summary: "create a token and print it, once" },
    revoke: { summary: "end a token", operands: { name: "id", min: 1, max: 1 } },
  },
  exits: "0 done, 2 could not do it.",
  handler: async ({ flags, action, operands: [id = ""] }, process) => {
    if (action === "list") {
      await askAndPrint(
        flags,
        process,
        (app) => app.call("listTokens", {}),
        ({ data }) =>
          renderTable([
            ["ID", "NAME", "ROLE", "CREATED", "STATE"],
            ...data.map((one) => [
              one.id,
              one.name,
              one.role,
              one.createdAt,
              one.revokedAt === null ? "works" : `revoked by ${one.revokedBy ?? "nobody known"}`,
            ]),
          ]),
      );
    } else if (action === "revoke") {
      await askAndPrint(
        flags,
        process,
        (app) => app.call("revokeToken", { id }),
        () => `revoked ${id}\n`,
      );
    } else {
      const { name, role } = flags;
      if (name === undefined) throw new UsageError("tokens create: name --name <name>.");
      const { connectToApp } = await import("../operate/connect.ts");
      await using app = await connectToApp(flags, process);
      const created = await app.call("createToken", { name, role });
      process.printSecret(new Secret(created.token));
    }
    return 0;
  },
});
