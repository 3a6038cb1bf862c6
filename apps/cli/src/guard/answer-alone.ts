import { providersOf } from "@keywarden/key-format";
import { commandIn, decide } from "./decide.ts";
import { largestEventBytes } from "./guard-event.ts";
import type { GuardAnswer } from "./guard-event.ts";
import { makeGuardTools } from "./guard-tools.ts";
import { mayHaveOwnKeys } from "./may-have-own-keys.ts";
import { readCheck } from "./read-check.ts";
import { textsIn } from "./read-fields.ts";
import { isPush } from "./shell-rules.ts";

/**
 * Answers an event by what it holds alone, with the keys of all known providers and without the rest of the program; null
 * on any doubt, for a push, and in a project with settings: the long way then reads the same event.
 *
 * @param args what follows `guard check`
 */
export function answerAlone(
  args: readonly string[],
  bytes: Uint8Array,
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
): GuardAnswer | null {
  try {
    const check = bytes.byteLength > largestEventBytes ? null : readCheck(args, bytes);
    if (check === null || mayHaveOwnKeys(check.event.directory ?? directory, env)) return null;
    const { dialect, event } = check;
    const tools = makeGuardTools(providersOf([]).providers);
    const verdict = decide(event, tools);
    const command = commandIn(event.input);
    if (verdict.kind === "pass" && command !== null && isPush(command)) return null;
    const answer = dialect.answer(event, verdict);
    // Here stands no filter between the answer and the agent.
    const shown = [...textsIn(answer.json ?? null), answer.text ?? ""].join("\n");
    return tools.findKeys(shown).length > 0 ? null : answer;
  } catch {
    return null;
  }
}
