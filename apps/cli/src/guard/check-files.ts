import type { JsonValue } from "./guard-event.ts";
import type { GuardFolder } from "./key-files.ts";
import { isObject, pathsIn, textsIn, textsOfFields } from "./read-fields.ts";
import { isPatching, patchIn, readPatch } from "./read-patch.ts";

/** Is this one of git's hooks that we install, or a folder that holds them? */
export const isHook = (path: string): boolean =>
  /(?:^|[/\\])(?:\.git[/\\]hooks|\.husky)(?:[/\\](?:pre-(?:commit|push|merge-commit)|commit-msg|[*]))?[/\\]?$/.test(
    path,
  );

const isSettings = (path: string): boolean =>
  /(?:^|[/\\])(?:\.(?:claude|gemini)[/\\]settings(?:\.local)?\.json|\.(?:codex|cursor)[/\\]hooks\.json|\.(?:github|copilot)[/\\]hooks[/\\]keywarden\.json)$/.test(
    path,
  );

const isConfig = (path: string): boolean => /(?:^|[/\\])\.git(?:[/\\]config|config)$/.test(path);

/** Does an agent keep hooks of ours in this file? */
export const holdsGuard = (path: string, { text }: GuardFolder): boolean =>
  isSettings(path) && guardSign.test(text(path) ?? "");

export const takesCheckAway = "This would take keywarden's own check away. Ask the person you work for.";

const guardSign = /\bguard check\b/;

/** Would what a tool writes or deletes leave less of a check of ours in a file than it holds? */
export function weakensCheck(tool: string, input: JsonValue, folder: GuardFolder): boolean {
  return changesIn(tool, input, folder).some(({ path, before, after }) => {
    // git is told there to run no hooks, or other ones.
    if (isConfig(path)) return count(after, "hookspath") > count(before, "hookspath");
    const sign = isHook(path) ? "keywarden" : isSettings(path) ? guardSign.source : null;
    if (sign === null) return false;
    const isOff = isSettings(path) && /"disableAllHooks"\s*:\s*true/.test(after);
    return isOff || count(before, sign) > count(after, sign);
  });
}

const count = (text: string, sign: string): number => text.match(new RegExp(sign, "gi"))?.length ?? 0;

interface Change {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

function changesIn(tool: string, input: JsonValue, { text }: GuardFolder): readonly Change[] {
  const patch = isPatching(tool) ? textsIn(input).join("\n") : isObject(input) ? patchIn(input) : null;
  if (patch !== null) {
    return readPatch(patch).map(({ path, removed, added }) => ({
      path,
      before: removed ?? text(path) ?? "",
      after: removed === null ? "" : added,
    }));
  }
  if (!isObject(input)) return [];
  const written = input["content"] ?? input["contents"] ?? input["file_text"];
  const edits = editsIn(input);
  const moved = textsOfFields(input, /^(?:source|from|old_?path)$/i);
  return [...pathsIn(input), ...moved].flatMap((path): readonly Change[] => {
    const before = text(path) ?? edits.map(([old]) => old).join("\n");
    if (edits.length > 0) {
      // Of a file that cannot be read, what the edits put in stands for all of it.
      const start = text(path) === null ? "" : before;
      const after = edits.reduce((whole, [old, made]) => replaced(whole, old, made), start);
      return [{ path, before, after }];
    }
    if (typeof written === "string") return [{ path, before, after: written }];
    return /delete|remove|move|rename/i.test(tool) ? [{ path, before, after: "" }] : [];
  });
}

const replaced = (whole: string, old: string, made: string): string =>
  whole.includes(old) && old !== "" ? whole.replaceAll(old, () => made) : `${whole}${made}`;

/** The fields in which agents hand over what an edit takes out. */
export const oldTexts = /^old(?:_string|String|_str|Str|_text|Text)$/;
const newTexts = /^new(?:_string|String|_str|Str|_text|Text)$/;

/** Gives what every edit at any depth takes out, and what it puts in. */
function editsIn(value: JsonValue): readonly (readonly [old: string, made: string])[] {
  if (Array.isArray(value)) return value.flatMap((one: JsonValue) => editsIn(one));
  if (!isObject(value)) return [];
  const old = textsOfFields(value, oldTexts);
  const own = old.length === 0 ? [] : [[old.join("\n"), textsOfFields(value, newTexts).join("\n")] as const];
  return [...own, ...Object.values(value).flatMap((one) => editsIn(one))];
}
