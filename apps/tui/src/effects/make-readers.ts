import { makeFoundExposure } from "@keywarden/inventory";
import { readToken } from "@keywarden/inventory/login";
import type { InventoryClient } from "@keywarden/management";
import type { Host } from "../host.ts";
import type { SourceReaders } from "./read-sources.ts";

/** Makes what reads beside the inventory: the server, the GitHub App where one is named, and the contexts. */
export function makeReaders(
  client: SourceReaders["client"] & Pick<InventoryClient, "list">,
  {
    appUrl,
    appTokenFile,
  }: { readonly appUrl?: string | undefined; readonly appTokenFile?: string | undefined },
  { directory, ...host }: Pick<Host, "ask" | "directory"> & { readonly warn: (text: string) => void },
  readContexts: SourceReaders["readContexts"],
): SourceReaders {
  const token =
    appUrl === undefined || appTokenFile === undefined
      ? undefined
      : readToken(appTokenFile, { directory, warn: host.warn });
  return {
    client,
    readExposures:
      appUrl === undefined || token === undefined
        ? undefined
        : async () => {
            const { listExposures, makeTransport } = await import("@keywarden/management");
            const app = makeTransport({ baseUrl: appUrl, token, fetch: host.ask });
            return (await listExposures(app)).map(makeFoundExposure);
          },
    readContexts,
  };
}
