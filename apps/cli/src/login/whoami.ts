import { safeText } from "@keywarden/inventory";
import { openCredentials } from "@keywarden/inventory/login";
import { connect, loginEnvironment, loginSettings } from "../keys/connect.ts";
import type { ConnectionCall } from "../flags/connection-flags.ts";
import type { AnswerFlags } from "../flags/report-flags.ts";
import type { ExitStatus, Terminal } from "../terminal.ts";

interface WhoAmICall extends ConnectionCall {
  readonly flags: ConnectionCall["flags"] & AnswerFlags;
}

/** `keywarden whoami`: asks the server who the token is. */
export async function whoami(call: WhoAmICall, terminal: Terminal): Promise<ExitStatus> {
  const { client, server, tokenFrom } = await connect(call, terminal);
  const { principal, role } = await client.whoAmI();
  const { servers } = await openCredentials(loginSettings(call), loginEnvironment(terminal)).known();
  if (call.flags.format === "json") {
    const logins = Object.entries(servers).map(([url, kept]) => ({ server: url, kept }));
    terminal.print(`${JSON.stringify({ server, principal, role, tokenFrom, logins })}\n`);
    return 0;
  }
  const others = Object.keys(servers).filter((url) => url !== server);
  terminal.print(
    `${safeText(principal)} (${role}) at ${server}, with the token from ${safeText(tokenFrom)}.\n`,
  );
  if (others.length > 0) terminal.print(`Other logins: ${others.join(", ")}; use --server <url>.\n`);
  return 0;
}
