import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeSystemError } from "@keywarden/command-line";
import { QueryError, readQuery } from "@keywarden/inventory";
import { isKeyName } from "./input/key-press.ts";
import { commands } from "./commands/commands.ts";
import { readContexts, type OwnContext } from "./contexts/own-context.ts";
import { themes, type Theme, type ThemeTone } from "./theme.ts";
import { TuiError } from "./tui-error.ts";

/** What an operator wants otherwise than it comes. */
export interface Preferences {
  readonly keys: ReadonlyMap<string, readonly string[]>;
  readonly views: ReadonlyMap<string, string>;
  readonly theme: Theme;
  readonly mouse: boolean;
  /** Whether changes are told line by line, for a screen reader. */
  readonly screenReader: boolean;
  readonly contexts: readonly OwnContext[];
}

const fileName = "terminal.json";
const settings = ["keys", "views", "theme", "themes", "mouse", "screenReader", "contexts"];

/** Filters that everybody has. */
const ownViews: readonly (readonly [string, string])[] = [
  ["overdue", "status:overdue"],
  ["grace", "status:in-grace"],
  ["dormant", "usage:dormant,never-used"],
  ["production", "env:production kind:secret,restricted"],
];

/**
 * Reads `terminal.json` in the user's configuration folder; docs/keywarden-terminal.schema.json describes it.
 *
 * @throws TuiError TUI_PREFERENCES with the file and what is wrong in it
 */
export function readPreferences(folder: string | null, chosenTheme?: string): Preferences {
  const file = folder === null ? null : join(folder, fileName);
  const given = file === null ? {} : parse(file);
  const fail = (what: string): never => {
    throw new TuiError("TUI_PREFERENCES", `${file ?? fileName}: ${what}`);
  };
  for (const name of Object.keys(given))
    if (name !== "$schema" && !settings.includes(name))
      fail(`${name} is not a setting: ${settings.join(", ")} are`);
  const own = readThemes(given["themes"], fail);
  const { theme: wanted = "calm" } = given;
  const name = chosenTheme ?? (typeof wanted === "string" ? wanted : fail("theme is the name of one"));
  const theme = own.get(name) ?? themes[name];
  if (theme === undefined)
    return fail(`there is no theme ${name}: ${[...own.keys(), ...Object.keys(themes)].join(", ")}`);
  for (const name of ["mouse", "screenReader"])
    if (given[name] !== undefined && typeof given[name] !== "boolean") fail(`${name} is true or false`);
  return {
    keys: readKeys(given["keys"], fail),
    views: readViews(given["views"], fail),
    theme,
    mouse: given["mouse"] === true,
    screenReader: given["screenReader"] === true,
    contexts: readContexts(
      folder ?? "",
      entriesOf(given["contexts"], "contexts", fail),
      (value, setting) => entriesOf(value, setting, fail),
      fail,
    ),
  };
}

function parse(file: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    const why = describeSystemError(error);
    throw new TuiError("TUI_PREFERENCES", `${file} cannot be read: ${why}`, { cause: error });
  }
  try {
    // Editors of Windows put a mark before the text.
    const given: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    if (isObject(given)) return given;
  } catch (error) {
    const [where = ""] = / \(line \d+ column \d+\)/.exec(String(error)) ?? [];
    throw new TuiError("TUI_PREFERENCES", `${file} is not JSON${where}`, { cause: error });
  }
  throw new TuiError("TUI_PREFERENCES", `${file} is not a JSON object`);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

type Fail = (what: string) => never;

/** The members of a setting; none where it is absent. */
function entriesOf(value: unknown, setting: string, fail: Fail): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  return isObject(value) ? value : fail(`${setting} is an object, such as {}`);
}

function readKeys(value: unknown, fail: Fail): Preferences["keys"] {
  const keys = new Map<string, readonly string[]>();
  const owners = new Map<string, string>();
  for (const [id, given] of Object.entries(entriesOf(value, "keys", fail))) {
    if (!commands.some((command) => command.id === id)) fail(`keys.${id}: there is no such command`);
    if (!Array.isArray(given) || !given.every((key) => typeof key === "string" && key !== ""))
      return fail(`keys.${id} is a list of keys, such as ["r", "ctrl-r"]`);
    for (const key of given as readonly string[]) {
      if (!isKeyName(key))
        fail(`keys.${id}: ${key} is not the name of a key, such as r, R, ctrl-r, alt-r, up or space`);
      const other = owners.get(key);
      if (other !== undefined) fail(`${key} cannot run both ${other} and ${id}`);
      owners.set(key, id);
    }
    keys.set(id, given as readonly string[]);
  }
  // A key that somebody gives to one command is taken from the one that it comes with.
  for (const command of commands) {
    const left = command.keys.filter((key) => !owners.has(key));
    if (!keys.has(command.id) && left.length < command.keys.length) keys.set(command.id, left);
  }
  return keys;
}

function readViews(value: unknown, fail: Fail): Preferences["views"] {
  const views = new Map(ownViews);
  for (const [name, query] of Object.entries(entriesOf(value, "views", fail))) {
    if (typeof query !== "string") return fail(`views.${name} is a filter, such as "owner:ann"`);
    try {
      readQuery(query);
    } catch (error) {
      if (error instanceof QueryError) fail(`views.${name}: ${error.message}`);
      throw error;
    }
    views.set(name, query);
  }
  return views;
}

function readThemes(value: unknown, fail: Fail): ReadonlyMap<string, Theme> {
  const own = new Map<string, Theme>();
  for (const [name, given] of Object.entries(entriesOf(value, "themes", fail))) {
    const base = themes["calm"];
    const tones = entriesOf(given, `themes.${name}`, fail);
    for (const [tone, code] of Object.entries(tones)) {
      if (base === undefined || !Object.hasOwn(base, tone)) fail(`themes.${name}.${tone} is not a tone`);
      if (typeof code !== "string" || !/^(?:\d{1,3}(?:;\d{1,3}){0,8})?$/.test(code))
        fail(`themes.${name}.${tone} is numbers of an SGR sequence, such as "38;5;80"`);
    }
    if (base !== undefined) own.set(name, { ...base, ...(tones as Partial<Record<ThemeTone, string>>) });
  }
  return own;
}
