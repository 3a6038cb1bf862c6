import { safeText } from "@keywarden/inventory";
import { loadConfig } from "@keywarden/repository-config";
import type { RotatableKey } from "@keywarden/rotation";
import { sayHowToCarryOut } from "../plans/carry-out.ts";
import { connect } from "../keys/connect.ts";
import { findManagementApi, type ManagementCall } from "../keys/management-api.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

interface RevokeCall extends ManagementCall {
  readonly flags: ManagementCall["flags"] & { readonly yes: boolean };
  readonly operands: readonly string[];
}

/** `keywarden revoke <key id>` */
export async function revoke(call: RevokeCall, terminal: Terminal): Promise<ExitStatus> {
  const [id = ""] = call.operands;
  const api = await apiOf(call, terminal);
  const key = await api.show(id);
  const line = `${safeText(key.id)}  ${key.provider}  ${key.prefix}…${key.lastFour}  ${safeText(key.name)}`;
  if (!call.flags.yes) {
    terminal.print(`${line}\n${key.state}, ${describeUse(key)}\n\n`);
    sayHowToCarryOut(terminal);
    return 0;
  }
  const outcome = await api.revoke(key);
  terminal.print(
    `${line}\n${outcome === "revoked" ? "Revoked: it no longer works." : "It was already revoked."}\n`,
  );
  return 0;
}

interface RevokingApi {
  readonly show: (id: string) => Promise<RotatableKey>;
  readonly revoke: (key: RotatableKey) => Promise<"revoked" | "already-revoked">;
}

async function apiOf(call: RevokeCall, terminal: Terminal): Promise<RevokingApi> {
  if (call.flags.provider === undefined) {
    const { client } = await connect(call, terminal);
    return {
      show: (id) => client.show(id),
      // Only the key that was looked at: a secret that was rotated in meanwhile is someone's new one.
      revoke: async ({ id, generation }) =>
        (await client.revoke(id, { expectedGeneration: generation })).outcome,
    };
  }
  const { managedProviders } = await loadConfig(terminal);
  const { keyApi } = await findManagementApi(call, terminal, managedProviders);
  return { show: (id) => keyApi.show(id), revoke: async ({ id }) => (await keyApi.revoke(id)).outcome };
}

function describeUse({ lastUsedAt, trackingSince }: RotatableKey): string {
  if (lastUsedAt !== null) return `last used ${lastUsedAt}`;
  return trackingSince === "" ? "last use unknown" : `not used since ${trackingSince}`;
}
