export type PathPattern =
  | { readonly ok: true; readonly matches: (path: string) => boolean }
  | { readonly ok: false; readonly problem: string };

/** Braces with more alternatives than this are refused: they multiply. */
const mostAlternatives = 64;

/**
 * Reads a pattern for paths below the top folder, `/` between folders, or says what is wrong with it.
 *
 * `*` and `?` stay inside a name, `**` as a whole name is any number of folders, `{a,b}` is either; brackets mean
 * themselves. A pattern that matches a folder covers all that is in it. The work is at most the product of both
 * lengths, because patterns come from repositories that nobody has to trust.
 */
export function readPathPattern(pattern: string): PathPattern {
  const problem = problemOf(pattern);
  if (problem !== null) return { ok: false, problem };
  const alternatives = expandBraces(pattern);
  if (alternatives === null) {
    return {
      ok: false,
      problem: `must close each brace, nest none, and mean at most ${mostAlternatives} patterns`,
    };
  }
  const split = alternatives.map((alternative) => alternative.replace(/\/$/, "").split("/"));
  return {
    ok: true,
    matches: (path) => {
      const names = path.split("/");
      return split.some((parts) => matchNames(parts, names));
    },
  };
}

function problemOf(pattern: string): string | null {
  if (pattern === "" || pattern.length > 256) return "must be a path pattern of 1 to 256 characters";
  if (pattern.includes("\\")) return "must have / between folders, on Windows too";
  if (pattern.startsWith("!")) return "cannot take something back with !: list what is meant";
  if (pattern.startsWith("/")) return "must not begin with /: it starts at the top of the repository anyway";
  const names = pattern.replace(/\/$/, "").split("/");
  if (names.some((name) => name === "" || name === "." || name === "..")) {
    return "must be written without . and .. and without empty names";
  }
  const wrong = names.find((name) => name.includes("**") && name !== "**");
  return wrong === undefined ? null : "must have ** as a whole name between slashes, as in src/**/fixtures";
}

function expandBraces(pattern: string): readonly string[] | null {
  const parts = pattern.split(/(\{[^{}]*\})/);
  let expanded = [""];
  for (const part of parts) {
    const isGroup = part.startsWith("{") && part.endsWith("}");
    if (!isGroup && /[{}]/.test(part)) return null;
    const choices = isGroup ? part.slice(1, -1).split(",") : [part];
    if (expanded.length * choices.length > mostAlternatives) return null;
    expanded = expanded.flatMap((start) => choices.map((choice) => start + choice));
  }
  return expanded;
}

// Of several stars only the last one has to be tried again: whatever an earlier one takes, the last can make up for.
function matchNames(parts: readonly string[], names: readonly string[]): boolean {
  let [part, name] = [0, 0];
  let [star, resumed] = [-1, 0];
  while (name < names.length) {
    // The pattern has named a folder that the path is in.
    if (part === parts.length) return true;
    if (parts[part] === "**") {
      [star, resumed] = [part, name];
      part += 1;
    } else if (matchName(parts[part] ?? "", names[name] ?? "")) {
      part += 1;
      name += 1;
    } else if (star === -1) {
      return false;
    } else {
      resumed += 1;
      [part, name] = [star + 1, resumed];
    }
  }
  // `src/**` is what is in src, so it needs a name after it; a folder on the way does too.
  return part === parts.length;
}

function matchName(pattern: string, text: string): boolean {
  let [at, index] = [0, 0];
  let [star, resumed] = [-1, 0];
  while (index < text.length) {
    if (pattern[at] === "*") {
      [star, resumed] = [at, index];
      at += 1;
    } else if (pattern[at] === "?" || pattern[at] === text[index]) {
      at += 1;
      index += 1;
    } else if (star === -1) {
      return false;
    } else {
      resumed += 1;
      [at, index] = [star + 1, resumed];
    }
  }
  while (pattern[at] === "*") at += 1;
  return at === pattern.length;
}
