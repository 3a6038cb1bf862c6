import { chooseServer, openCredentials } from "@keywarden/inventory/login";
import { loginEnvironment, loginSettings } from "../keys/connect.ts";
import type { Options } from "../options.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

/** `keywarden logout`: forgets the token of a server here; the server still takes it. */
export async function logout(options: Options, terminal: Terminal): Promise<ExitStatus> {
  const settings = loginSettings(options);
  const credentials = openCredentials(settings, loginEnvironment(terminal));
  const server = chooseServer(settings, terminal, await credentials.known());
  const wasThere = await credentials.remove(server);
  terminal.print(
    wasThere
      ? `Forgot the token for ${server}. Anyone with a copy can still use it.\n`
      : `No login at ${server} was stored.\n`,
  );
  return 0;
}
