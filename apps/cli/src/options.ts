import type { Call } from "@keywarden/command-line";

/** A command line by the names of its flags, for handlers that do not take their flags as typed values yet. */
export interface Options {
  readonly operands: readonly string[];
  readonly switches: ReadonlySet<string>;
  /** What the command line says. */
  readonly values: ReadonlyMap<string, string>;
  /** What the command line or the environment says. */
  readonly settings: ReadonlyMap<string, string>;
  /** Every value that a flag was given, in order; {@link values} has the last one. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

/** Gives a call in that form. */
export function optionsOf({
  flags,
  given,
  action,
  operands,
}: {
  readonly flags: object;
  readonly given: ReadonlySet<string>;
  readonly action: string;
  readonly operands: Call["operands"];
}): Options {
  const switches = new Set<string>();
  const values = new Map<string, string>();
  const settings = new Map<string, string>();
  const lists = new Map<string, readonly string[]>();
  for (const [property, value] of Object.entries(flags) as readonly (readonly [string, unknown])[]) {
    const name = property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    if (value === undefined || value === false) continue;
    if (value === true) {
      switches.add(name);
      continue;
    }
    const all = (Array.isArray(value) ? value : [value]).map(String);
    const last = all.at(-1);
    if (last === undefined) continue;
    settings.set(name, last);
    if (!given.has(name)) continue;
    values.set(name, last);
    lists.set(name, all);
  }
  if (values.get("format") === "json") switches.add("json");
  return { operands: action === "" ? operands : [action, ...operands], switches, values, settings, lists };
}
