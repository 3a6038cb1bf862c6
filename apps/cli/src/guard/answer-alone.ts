import { shellCommandOf, decideEvent } from "./decide.ts";
import { guardFolder } from "./guard-folder.ts";
import type { GuardAnswer, GuardCheck } from "./guard-event.ts";
import { makeGuardTools } from "./guard-tools.ts";
import { knownProviders } from "./known-providers.ts";
import { textsIn } from "./read-fields.ts";
import { isPush } from "./shell-rules.ts";

/**
 * Answers an event by what it holds alone, without the rest of the program; null for a push, which is judged by what it
 * would send, and for an answer that would show a key.
 *
 * @param sorts which sorts of keys the event may hold
 * @param directory where the agent works
 */
export function answerAlone(
  { dialect, event }: GuardCheck,
  sorts: ReadonlySet<string> | "any",
  directory: string,
): GuardAnswer | null {
  const tools = makeGuardTools(knownProviders(sorts));
  const verdict = decideEvent(event, tools, guardFolder(directory));
  const command = shellCommandOf(event);
  if (verdict.kind === "pass" && command !== null && isPush(command)) return null;
  const answer = dialect.answer(event, verdict);
  // Here stands no filter between the answer and the agent.
  const shown = [...textsIn(answer.json ?? null), answer.text ?? ""].join("\n");
  return tools.findKeys(shown).length > 0 ? null : answer;
}
