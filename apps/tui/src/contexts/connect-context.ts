import type { Secret } from "@keywarden/key-format";
import { findConnection, type Connection, type LoginSettings } from "@keywarden/inventory/login";
import type { Host } from "../host.ts";
import type { OwnContext } from "./own-context.ts";

/**
 * Finds the token of another server. What names the token of the server that this run began with is passed over: no
 * token is ever sent to a server that it was not given for.
 *
 * @throws LoginError as `findConnection` does
 */
export function connectContext(
  server: string,
  context: OwnContext | undefined,
  { passphraseFile, passphrase }: Pick<LoginSettings, "passphraseFile"> & { readonly passphrase?: Secret },
  host: Pick<Host, "env" | "directory" | "program"> & { readonly warn: (sentence: string) => void },
): Promise<Connection> {
  const { KEYWARDEN_TOKEN_FILE: _token, KEYWARDEN_SERVER: _server, ...rest } = host.env;
  const typed = passphrase === undefined ? {} : { KEYWARDEN_PASSPHRASE: passphrase.reveal() };
  const { directory, program, warn } = host;
  return findConnection(
    { server, tokenFile: context?.tokenFile, passphraseFile },
    // The screen has the terminal, so that nothing can be asked on it.
    { directory, program, warn, ask: () => undefined, env: { ...rest, ...typed } },
  );
}

/** Whether nobody has said the passphrase that opens the file of logins. */
export function needsPassphrase(
  { passphraseFile }: Pick<LoginSettings, "passphraseFile">,
  { env }: Pick<Host, "env">,
): boolean {
  return ![passphraseFile, env["KEYWARDEN_PASSPHRASE_FILE"], env["KEYWARDEN_PASSPHRASE"]].some(
    (value) => (value ?? "") !== "",
  );
}
