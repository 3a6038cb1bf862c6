import { chooseServer, openCredentials } from "@keywarden/inventory/login";
import { loginEnvironment, loginSettings } from "../keys/connect.ts";
import type { ConnectionCall } from "../flags/connection-flags.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

interface LogoutCall extends Pick<ConnectionCall, "given"> {
  readonly flags: Omit<ConnectionCall["flags"], "tokenFile">;
}

/** `keywarden logout`: forgets the token of a server here; the server still takes it. */
export async function logout(call: LogoutCall, terminal: Terminal): Promise<ExitStatus> {
  const settings = loginSettings({ ...call, flags: { ...call.flags, tokenFile: undefined } });
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
