import { safeText } from "@keywarden/inventory";
import { CliError } from "../cli-error.ts";
import { connect } from "../keys/connect.ts";
import type { Options } from "../options.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** `keywarden revoke <key id>` */
export async function revoke(options: Options, terminal: Terminal): Promise<ExitStatus> {
  const [id, extra] = options.operands;
  if (id === undefined || extra !== undefined) {
    throw new CliError("CLI_USAGE", "Name the one key to revoke: keywarden revoke <key id>.");
  }
  const { client } = await connect(options, terminal);
  const key = await client.show(id);
  const line = `${key.id}  ${key.provider}  ${key.prefix}…${key.lastFour}  ${safeText(key.name)}`;
  if (!options.switches.has("yes")) {
    const used =
      key.lastUsedAt === null ? `not used since ${key.trackingSince}` : `last used ${key.lastUsedAt}`;
    terminal.print(`${line}\n${key.state}, ${used}\n\nNothing was changed. Revoke it with --yes.\n`);
    return 0;
  }
  // Only the key that was looked at: a secret that was rotated in meanwhile is someone's new one.
  const { outcome } = await client.revoke(id, { expectedGeneration: key.generation });
  terminal.print(
    `${line}\n${outcome === "revoked" ? "Revoked: it no longer works." : "It was already revoked."}\n`,
  );
  return 0;
}
