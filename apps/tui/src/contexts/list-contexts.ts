import { safeText } from "@keywarden/inventory";
import { findConfigFolder, readKnownServers, type KnownServers } from "@keywarden/inventory/login";
import type { Host } from "../host.ts";
import type { KnownContext } from "../state/source.ts";
import { isProductionContext, type OwnContext } from "./own-context.ts";

const stores = { file: "the encrypted file", keyring: "the keyring of this system" } as const;

/** Lists the servers that the terminal can go to: those with a name, those with a login, and the one that is open. */
export async function listContexts(
  { env, directory }: Pick<Host, "env" | "directory">,
  own: readonly OwnContext[],
  open: { readonly server: string; readonly tokenFrom: string },
): Promise<readonly KnownContext[]> {
  const folder = findConfigFolder({ env, directory });
  const { servers }: Pick<KnownServers, "servers"> =
    folder === null ? { servers: {} } : await readKnownServers(folder);
  const named = new Map(own.map((context) => [context.server, context]));
  const all = new Set([...named.keys(), ...Object.keys(servers), open.server]);
  return [...all].map((server): KnownContext => {
    const context = named.get(server);
    const store = servers[server];
    const isCurrent = server === open.server;
    const kept = context?.tokenFile ?? (store === undefined ? null : stores[store]);
    return {
      name: safeText(context?.name ?? ""),
      server: safeText(server),
      app: context?.appUrl === undefined ? null : safeText(context.appUrl),
      isProduction: isProductionContext(context, server),
      isCurrent,
      tokenFrom: isCurrent ? safeText(open.tokenFrom) : kept === null ? null : safeText(kept),
    };
  });
}
