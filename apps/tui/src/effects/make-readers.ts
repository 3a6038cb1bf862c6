import { makeFoundExposure } from "@keywarden/inventory";
import { readToken, readKnownServers, findConfigFolder } from "@keywarden/inventory/login";
import { listExposures, makeTransport, type InventoryClient } from "@keywarden/management";
import type { Host } from "../host.ts";
import type { Options } from "../options.ts";
import type { SourceReaders } from "./read-sources.ts";

/** Makes what reads beside the inventory: the server, the GitHub App where one is named, and the logins of this machine. */
export function makeReaders(
  client: SourceReaders["client"] & Pick<InventoryClient, "list">,
  options: Pick<Options, "appUrl" | "appTokenFile">,
  host: Pick<Host, "env" | "directory" | "fetch"> & { readonly warn: (text: string) => void },
  server: string,
): SourceReaders {
  const { env, directory } = host;
  const { appUrl, appTokenFile } = options;
  const app =
    appUrl === undefined || appTokenFile === undefined
      ? undefined
      : makeTransport({
          baseUrl: appUrl,
          token: readToken(appTokenFile, { directory, warn: host.warn }),
          fetch: host.fetch,
        });
  return {
    client,
    readExposures:
      app === undefined ? undefined : async () => (await listExposures(app)).map(makeFoundExposure),
    readContexts: async () => {
      const folder = findConfigFolder({ env, directory });
      const { servers } = folder === null ? { servers: {} } : await readKnownServers(folder);
      const known = Object.entries(servers).map(([name, store]) => ({
        server: name,
        isCurrent: name === server,
        tokenFrom: store === "file" ? "the encrypted file" : "the keyring of this system",
      }));
      if (known.some(({ isCurrent }) => isCurrent)) return known;
      return [{ server, isCurrent: true, tokenFrom: "a file or variable of this run" }, ...known];
    },
  };
}
