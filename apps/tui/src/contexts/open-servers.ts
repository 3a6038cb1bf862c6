import { findConfigFolder, readKnownServers } from "@keywarden/inventory/login";
import { makePerformer, type PerformerOptions } from "../effects/make-performer.ts";
import { makeReaders } from "../effects/make-readers.ts";
import type { Rotator } from "../effects/make-rotator.ts";
import { startClient } from "../effects/start-client.ts";
import type { Host } from "../host.ts";
import type { ScreenRequest } from "../screen-request.ts";
import type { Store } from "../state/make-store.ts";
import { connectContext, needsPassphrase } from "./connect-context.ts";
import { listContexts } from "./list-contexts.ts";
import { makeOpenServers, type OpenServers } from "./make-open-servers.ts";
import type { OwnContext } from "./own-context.ts";

/** Opens the first server, and whichever the operator goes to from there. */
export function openServers(
  host: Host & { readonly warn: (text: string) => void },
  { connection: first, started: firstStarted, known, options, now }: ScreenRequest,
  own: readonly OwnContext[],
  store: Store,
  local: Pick<PerformerOptions, "copy" | "suspend" | "quit">,
): OpenServers {
  const { send } = store;
  // The screen has the terminal by then, and standard error would be drawn over it.
  const warn = (text: string) => send({ kind: "warned", text });
  return makeOpenServers({
    own,
    first,
    firstStarted,
    send,
    isBusy: () => store.getState().dialog !== null,
    needsPassphrase: async (server) => {
      const folder = findConfigFolder(host);
      const isFile = folder !== null && (await readKnownServers(folder)).servers[server] === "file";
      const hasOwn = own.some((context) => context.server === server && context.tokenFile !== undefined);
      return isFile && !hasOwn && needsPassphrase(options, host);
    },
    connect: (server, context, passphrase) =>
      connectContext(
        server,
        context,
        {
          passphraseFile: options.passphraseFile,
          ...(passphrase !== undefined && { passphrase }),
        },
        {
          env: host.env,
          directory: host.directory,
          program: host.program,
          warn,
        },
      ),
    start: (connection) => startClient(connection, host.ask, now),
    open: (connection, { client, useToken }, context, heard) => {
      const { server } = connection;
      let rotator: Promise<Rotator> | undefined;
      return makePerformer({
        ...makeReaders(
          client,
          context ?? {},
          {
            ...host,
            warn,
          },
          () => listContexts(host, own, connection),
        ),
        client,
        useToken,
        now,
        providers: known.managedProviders,
        ...local,
        openRotator: () =>
          (rotator ??= import("../effects/make-rotator.ts").then(({ makeRotator }) =>
            makeRotator({
              client,
              server,
              known,
              directory: host.directory,
              env: host.env,
              fetch: host.fetch,
            }),
          )),
        send: heard,
      });
    },
  });
}
