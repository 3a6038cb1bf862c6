import { findConnection, type LoginEnvironment, type LoginSettings } from "@keywarden/inventory/login";
import { makeInventoryClient, type InventoryClient } from "@keywarden/management";
import type { ConnectionCall } from "../flags/connection-flags.ts";
import type { Terminal } from "../terminal.ts";
import { followServer, type FollowedServer } from "../login/follow-server.ts";

/** Gives what a call says of a connection; a login or a resumed rotation beats the variable of the server, not the flag. */
export function loginSettings({ flags, given }: ConnectionCall, keyring?: string): LoginSettings {
  const { server, tokenFile, passphraseFile } = flags;
  return { server: given.has("server") ? server : undefined, tokenFile, passphraseFile, keyring };
}

export function loginEnvironment({ env, directory, program, warn }: Terminal): LoginEnvironment {
  return {
    env,
    directory,
    program,
    ask: warn,
    warn: (sentence) => warn(`keywarden: ${sentence}\n`),
  };
}

export interface ConnectedServer extends Pick<FollowedServer, "now"> {
  readonly client: InventoryClient;
  readonly server: string;
  readonly tokenFrom: string;
}

/**
 * Makes the client for the server that flags, the environment or a login name.
 *
 * @throws LoginError
 */
export async function connect(
  call: ConnectionCall,
  terminal: Terminal,
  begunAt?: string,
): Promise<ConnectedServer> {
  const { server, token, tokenFrom } = await findConnection(
    loginSettings(call),
    loginEnvironment(terminal),
    begunAt,
  );
  const { fetch, now } = followServer(terminal);
  return { client: makeInventoryClient({ baseUrl: server, token, fetch }), server, tokenFrom, now };
}
