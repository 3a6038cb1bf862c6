import { safeText } from "@keywarden/inventory";
import { connect } from "../keys/connect.ts";
import type { ConnectionCall } from "../flags/connection-flags.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

interface RevokeCall extends ConnectionCall {
  readonly flags: ConnectionCall["flags"] & { readonly yes: boolean };
  readonly operands: readonly string[];
}

/** `keywarden revoke <key id>` */
export async function revoke(call: RevokeCall, terminal: Terminal): Promise<ExitStatus> {
  const [id = ""] = call.operands;
  const { client } = await connect(call, terminal);
  const key = await client.show(id);
  const line = `${key.id}  ${key.provider}  ${key.prefix}…${key.lastFour}  ${safeText(key.name)}`;
  if (!call.flags.yes) {
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
