import { commandIn, decide } from "./guard/decide.ts";
import { dialects } from "./guard/dialects/dialects.ts";
import type { GuardAnswer, JsonObject } from "./guard/guard-event.ts";
import { hasOwnSettings } from "./guard/has-own-settings.ts";
import { prefilterTexts } from "./guard/prefilter-texts.ts";
import { textsIn } from "./guard/read-fields.ts";
import { isPush } from "./guard/shell-rules.ts";

/**
 * Answers an event that holds no text that a key could be in, without loading what finds keys; null on any doubt: the
 * long way then reads the same event.
 *
 * @param args what follows `guard check`
 */
export function answerQuickly(
  args: readonly string[],
  bytes: Uint8Array,
  directory: string,
): GuardAnswer | null {
  try {
    const [flag, id, eventFlag = "--event", asked = null, ...more] = args;
    const dialect = dialects.find((one) => one.id === id);
    if (flag !== "--agent" || dialect === undefined || eventFlag !== "--event" || more.length > 0)
      return null;
    const event = dialect.read(JSON.parse(Buffer.from(bytes).toString("utf8")) as JsonObject, asked);
    if (hasOwnSettings(event.directory ?? directory)) return null;
    if ([...textsIn(event.input), ...textsIn(event.output)].some(mayHoldKey)) return null;
    const verdict = decide(event, { findKeys: () => [], redact: (text) => text });
    const command = commandIn(event.input);
    if (verdict.kind !== "pass" || (command !== null && isPush(command))) return null;
    return dialect.answer(event, verdict);
  } catch {
    return null;
  }
}

const literals = prefilterTexts();

// A text of such a size is read faster by what is made for it.
const longestText = 256 * 1024;

function mayHoldKey(text: string): boolean {
  if (text.length > longestText) return true;
  const bytes = `${Buffer.from(text, "utf8").toString("latin1")}\n`;
  return literals.some((literal) => bytes.includes(literal));
}
