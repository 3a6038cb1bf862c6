import { safeText } from "@keywarden/inventory";
import { Secret } from "@keywarden/key-format";
import { makeInventoryClient } from "@keywarden/management";
import { CliError } from "../cli-error.ts";
import { askHidden, chooseServer, openCredentials, readToken } from "@keywarden/inventory/login";
import { loginEnvironment, loginSettings } from "../keys/connect.ts";
import type { ConnectionCall } from "../flags/connection-flags.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

interface LoginCall extends ConnectionCall {
  readonly flags: ConnectionCall["flags"] & { readonly stdin: boolean; readonly keyring: string };
}

/** `keywarden login`: tries a token at a server and keeps it where only its user can read it. */
export async function login(call: LoginCall, terminal: Terminal): Promise<ExitStatus> {
  const settings = loginSettings(call, call.flags.keyring);
  const credentials = openCredentials(settings, loginEnvironment(terminal));
  const server = chooseServer(settings, terminal, await credentials.known());
  const token = await readGivenToken(call.flags, terminal, server);
  const { principal, role } = await makeInventoryClient({ baseUrl: server, token }).whoAmI();
  const location = await credentials.write(server, token);
  terminal.print(
    `Logged in to ${server} as ${safeText(principal)} (${role}). The token is in ${location}.\n`,
  );
  return 0;
}

async function readGivenToken(
  { tokenFile, stdin }: LoginCall["flags"],
  terminal: Terminal,
  server: string,
): Promise<Secret> {
  if (tokenFile !== undefined) return readToken(tokenFile, loginEnvironment(terminal));
  const typed = stdin ? await readLine(terminal) : await askHidden(`Token for ${server}: `, terminal.warn);
  const token = typed?.trim() ?? "";
  if (/^[\u0021-\u007E]{1,4096}$/.test(token)) return new Secret(token);
  throw new CliError(
    "CLI_TOKEN",
    typed === null
      ? "No terminal to ask for the token: give --token-file <file>, or --stdin and the token on standard input."
      : "The input is not one token.",
  );
}

async function readLine({ stdin }: Terminal): Promise<string> {
  let text = "";
  for await (const chunk of stdin) {
    text += Buffer.from(chunk).toString("latin1");
    if (text.length > 8192) break;
  }
  return text;
}
