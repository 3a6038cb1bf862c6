import { agentDialects } from "./dialects/dialects.ts";
import { senderOf } from "./dialects/sender-of.ts";
import { largestEventBytes } from "./guard-event.ts";
import type { GuardCheck, JsonRecord } from "./guard-event.ts";
import { parseEvent } from "./parse-event.ts";

/**
 * Reads the command line and the event of a plain `guard check`, where both are as the agent's settings and its document
 * have them; null for anything else, of which the long way says what is wrong.
 *
 * @param args what follows `guard check`
 * @throws whatever an event brings that cannot be read
 */
export function readCheck(args: readonly string[], bytes: Uint8Array): GuardCheck | null {
  const [flag, id, eventFlag = "--event", asked = null, ...more] = args;
  const dialect = agentDialects.find((one) => one.id === id);
  if (flag !== "--agent" || dialect === undefined || eventFlag !== "--event" || more.length > 0) return null;
  if (bytes.byteLength > largestEventBytes) return null;
  const event = parseEvent(Buffer.from(bytes).toString("utf8")) as JsonRecord;
  const sender = senderOf(dialect, event);
  return { dialect: sender, event: sender.read(event, asked) };
}
