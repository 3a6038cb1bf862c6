import { nearestWord } from "../words/nearest-word.ts";

/** What is wrong with a definition, and where. */
export interface DefinitionProblem {
  /** JSON path from `$`, the whole definition. */
  readonly path: string;
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string;
}

/** Collects every mistake in a definition while it is read; an invalid part is replaced by a default, so that reading continues. */
export class DefinitionReader {
  readonly problems: DefinitionProblem[] = [];

  report(path: string, message: string, suggestion?: string): void {
    this.problems.push(suggestion === undefined ? { path, message } : { path, message, suggestion });
  }

  /** Gives the members of an object and reports unknown ones; empty if it is not an object. */
  object(
    value: unknown,
    path: string,
    known: readonly string[],
    hint = "",
  ): Readonly<Record<string, unknown>> {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.report(path, `must be an object${hint}, not ${describe(value)}`);
      return {};
    }
    const members = Object.entries(value);
    for (const [name] of members) {
      if (!known.includes(name)) {
        this.report(`${path}.${name}`, "is not known here", nearestWord(name, known));
      }
    }
    // Only own members count, so that nothing is read from a prototype.
    return Object.assign(Object.create(null), Object.fromEntries(members));
  }

  /** Gives the items of a list of at most 64; empty if it is not a list or absent. */
  list(value: unknown, path: string): readonly unknown[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.report(path, `must be a list, not ${describe(value)}`);
      return [];
    }
    if (value.length > 64) this.report(path, `has ${value.length} items, at most 64 are allowed`);
    return value.slice(0, 64);
  }

  text(value: unknown, path: string, rule: { pattern: RegExp; what: string; fallback?: string }): string {
    if (value === undefined && rule.fallback !== undefined) return rule.fallback;
    if (typeof value !== "string") {
      this.report(
        path,
        value === undefined ? `is missing: ${rule.what}` : `must be ${rule.what}, not ${describe(value)}`,
      );
    } else if (value.length > 256 || !rule.pattern.test(value)) {
      this.report(path, `must be ${rule.what}`);
    } else {
      return value;
    }
    return "";
  }

  choice<Name extends string>(value: unknown, path: string, names: readonly Name[], fallback?: Name): Name {
    if (value === undefined && fallback !== undefined) return fallback;
    const found = names.find((name) => name === value);
    if (found !== undefined) return found;
    const what = `one of ${names.join(", ")}`;
    const suggestion = typeof value === "string" ? nearestWord(value, names) : undefined;
    this.report(path, value === undefined ? `is missing: ${what}` : `must be ${what}`, suggestion);
    return names[0] as Name;
  }

  integer(value: unknown, path: string, range: { min: number; max: number }, fallback?: number): number {
    if (value === undefined && fallback !== undefined) return fallback;
    if (typeof value === "number" && Number.isInteger(value) && value >= range.min && value <= range.max) {
      return value;
    }
    const what = `a whole number from ${range.min} to ${range.max}`;
    this.report(path, value === undefined ? `is missing: ${what}` : `must be ${what}`);
    return range.min;
  }

  boolean(value: unknown, path: string, fallback: boolean): boolean {
    if (value === undefined) return fallback;
    if (typeof value !== "boolean") this.report(path, `must be true or false, not ${describe(value)}`);
    return value === true;
  }
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "nothing";
  return Array.isArray(value) ? "a list" : `${typeof value === "object" ? "an" : "a"} ${typeof value}`;
}
