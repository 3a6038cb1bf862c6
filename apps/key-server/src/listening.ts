import { isIP } from "node:net";
import type { ServeOptions } from "./options.ts";
import type { Process } from "./process.ts";

/** Tells whoever started the server where it listens, and what to beware of there. */
export function announce(
  { host }: Pick<ServeOptions, "host">,
  port: number,
  process: Pick<Process, "print" | "warn">,
  note = "",
): void {
  if (!isLoopback(host))
    process.warn(`warning: ${host} is not loopback; put TLS in front, or keys cross it in the clear\n`);
  const name = isIP(host) === 6 ? `[${host}]` : host;
  process.print(`keywarden-server listening on http://${name}:${port}${note}\n`);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
