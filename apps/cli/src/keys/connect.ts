import { findConnection, type LoginEnvironment, type LoginSettings } from "@keywarden/inventory/login";
import { makeInventoryClient, type InventoryClient } from "@keywarden/management";
import type { Options } from "../options.ts";
import { settingOf } from "../setting.ts";
import type { Terminal } from "../terminal.ts";

/** Gives what the command line says of a connection. */
export function loginSettings(options: Options): LoginSettings {
  const { values } = options;
  return {
    server: values.get("server"),
    tokenFile: values.get("token-file"),
    passphraseFile: values.get("passphrase-file"),
    keyring: settingOf("keyring", options),
  };
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

export interface ConnectedServer {
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
  options: Options,
  terminal: Terminal,
  begunAt?: string,
): Promise<ConnectedServer> {
  const { server, token, tokenFrom } = await findConnection(
    loginSettings(options),
    loginEnvironment(terminal),
    begunAt,
  );
  return { client: makeInventoryClient({ baseUrl: server, token }), server, tokenFrom };
}
