import { makeSignSearch, mayShowSign, type SignSearch } from "@keywarden/scan";
import type { answerAlone } from "./guard/answer-alone.ts";
import { shellCommandOf, decideEvent, soughtIn } from "./guard/decide.ts";
import type { GuardAnswer } from "./guard/guard-event.ts";
import { guardFolder } from "./guard/guard-folder.ts";
import { keySigns, signLeads } from "./guard/key-signs.ts";
import { mayHaveOwnKeys } from "./guard/may-have-own-keys.ts";
import { readCheck } from "./guard/read-check.ts";
import { isPush } from "./guard/shell-rules.ts";

/**
 * Answers an event that shows no sign of a key without loading what finds keys, and one that does by what finds such
 * keys alone; null on any doubt, for a push, and in a project with settings: the long way then reads the same event.
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
    if (check === null) return null;
    const { dialect, event } = check;
    const from = event.directory ?? directory;
    if (mayHaveOwnKeys(from, env)) return null;
    const command = shellCommandOf(event);
    const sorts = sortsShownIn(soughtIn(event));
    if (sorts !== "any" && sorts.size === 0) {
      const verdict = decideEvent(event, { findKeys: () => [], redact: (text) => text }, guardFolder(from));
      const isOpen = verdict.kind === "pass" && command !== null && isPush(command);
      return isOpen ? null : dialect.answer(event, verdict);
    }
    return load()(check, sorts, from);
  } catch {
    return null;
  }
}

const leads = signLeads();
let search: SignSearch | undefined;

// So many characters are looked at in less time than all signs are read.
const fewCharacters = 1024;

// Texts of such a size are read faster by what is made for them.
const longestText = 256 * 1024;

/** Gives the sorts of keys that the texts may hold. */
function sortsShownIn(texts: readonly string[]): ReadonlySet<string> | "any" {
  const shown = new Set<string>();
  for (const text of texts) {
    if (text.length > longestText) return "any";
    const bytes = Buffer.from(text, "utf8").toString("latin1");
    if (bytes.length <= fewCharacters && !mayShowSign(bytes, leads)) continue;
    search ??= makeSignSearch(keySigns());
    for (const { sorts } of search(bytes)) {
      if (sorts === undefined) return "any";
      for (const sort of sorts) shown.add(sort);
    }
  }
  return shown;
}
