import { safeText } from "@keywarden/inventory";
import { Secret } from "@keywarden/key-format";
import { makeInventoryClient } from "@keywarden/management";
import { CliError } from "../cli-error.ts";
import { askHidden, chooseServer, openCredentials, readToken } from "@keywarden/inventory/login";
import { loginEnvironment, loginSettings } from "../keys/connect.ts";
import type { Options } from "../options.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** `keywarden login`: tries a token at a server and keeps it where only its user can read it. */
export async function login(options: Options, terminal: Terminal): Promise<ExitStatus> {
  const settings = loginSettings(options);
  const credentials = openCredentials(settings, loginEnvironment(terminal));
  const server = chooseServer(settings, terminal, await credentials.known());
  const token = await readGivenToken(options, terminal, server);
  const { principal, role } = await makeInventoryClient({ baseUrl: server, token }).whoAmI();
  const place = await credentials.write(server, token);
  terminal.print(`Logged in to ${server} as ${safeText(principal)} (${role}). The token is in ${place}.\n`);
  return 0;
}

async function readGivenToken(options: Options, terminal: Terminal, server: string): Promise<Secret> {
  const file = options.values.get("token-file") ?? terminal.env["KEYWARDEN_TOKEN_FILE"] ?? "";
  if (file !== "") return readToken(file, loginEnvironment(terminal));
  const typed = options.switches.has("stdin")
    ? await readLine(terminal)
    : await askHidden(`Token for ${server}: `, terminal.warn);
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
