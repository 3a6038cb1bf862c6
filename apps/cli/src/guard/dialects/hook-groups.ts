import type { JsonValue, JsonRecord } from "../guard-event.ts";
import { isObject } from "../read-fields.ts";

/** Adds one hook of ours to each of the events; everything else in the settings stays as it is. */
export function withHooks(
  settings: JsonRecord,
  events: readonly string[],
  hook: (event: string) => JsonValue,
): JsonRecord {
  const { hooks } = settings;
  const all: Record<string, JsonValue> = isObject(hooks) ? { ...hooks } : {};
  for (const event of events) {
    const own = all[event];
    all[event] = [...(Array.isArray(own) ? (own as readonly JsonValue[]) : []), hook(event)];
  }
  return { ...settings, hooks: all };
}

/** Adds a group with one hook to each event, as Claude Code, Codex and Gemini CLI have them; a null matcher is left out. */
export function addGroups(
  settings: JsonRecord,
  command: (event: string) => string,
  matchers: Readonly<Record<string, string | null>>,
  timeout: number,
): JsonRecord {
  return withHooks(settings, Object.keys(matchers), (event) => {
    const matcher = matchers[event] ?? null;
    const hooks = [{ type: "command", command: command(event), timeout }];
    return matcher === null ? { hooks } : { matcher, hooks };
  });
}
