import { makeSignSearch } from "@keywarden/scan";
import type { answerAlone } from "./guard/answer-alone.ts";
import { commandIn, decide } from "./guard/decide.ts";
import type { GuardAnswer } from "./guard/guard-event.ts";
import { keySigns } from "./guard/key-signs.ts";
import { mayHaveOwnKeys } from "./guard/may-have-own-keys.ts";
import { readCheck } from "./guard/read-check.ts";
import { textsIn } from "./guard/read-fields.ts";
import { isPush } from "./guard/shell-rules.ts";

/**
 * Answers an event that shows no sign of a key without loading what finds keys, and one that does with the providers of
 * these keys alone; null on any doubt, for a push, and in a project with settings: the long way then reads the same event.
 *
 * @param args what follows `guard check`
 * @param load loads what finds keys
 */
export function answerQuickly(
  args: readonly string[],
  bytes: Uint8Array,
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
  load: () => typeof answerAlone,
): GuardAnswer | null {
  try {
    const check = readCheck(args, bytes);
    if (check === null || mayHaveOwnKeys(check.event.directory ?? directory, env)) return null;
    const { dialect, event } = check;
    const command = commandIn(event.input);
    const providers = providersShownIn([...textsIn(event.input), ...textsIn(event.output)]);
    if (providers !== "all" && providers.size === 0) {
      const verdict = decide(event, { findKeys: () => [], redact: (text) => text });
      const isOpen = verdict.kind === "pass" && command !== null && isPush(command);
      return isOpen ? null : dialect.answer(event, verdict);
    }
    return load()(check, providers);
  } catch {
    return null;
  }
}

const search = makeSignSearch(keySigns());

// Texts of such a size are read faster by what is made for them.
const longestText = 256 * 1024;

/** Gives the positions of the known providers of which the texts may hold a key. */
function providersShownIn(texts: readonly string[]): ReadonlySet<number> | "all" {
  const shown = new Set<number>();
  for (const text of texts) {
    if (text.length > longestText) return "all";
    for (const { providers } of search(Buffer.from(text, "utf8").toString("latin1"))) {
      if (providers === undefined) return "all";
      for (const at of providers) shown.add(at);
    }
  }
  return shown;
}
