import { connect as connectTo, type Connection, type LoginSettings } from "@keywarden/inventory/login";
import type { Options } from "../options.ts";
import { settingOf } from "../setting.ts";
import type { Terminal } from "../terminal.ts";

/** Gives what the command line says of a connection. */
export function loginSettings(options: Options, _terminal: Terminal): LoginSettings {
  const { values } = options;
  return {
    server: values.get("server"),
    tokenFile: values.get("token-file"),
    passphraseFile: values.get("passphrase-file"),
    keyring: settingOf("keyring", options),
  };
}

/**
 * Connects to the server that flags, the environment or a login name.
 *
 * @throws LoginError
 */
export function connect(options: Options, terminal: Terminal, knownServer?: string): Promise<Connection> {
  return connectTo(loginSettings(options, terminal), terminal, knownServer);
}
