/** A word of a shell command, after the shell has taken its quotes off. */
export interface ShellWord {
  /** Without what only a running shell knows. */
  readonly text: string;
  /**
   * The same as a pattern of file names: a star, question mark or bracket that is meant literally stands behind a
   * backslash, and what only a running shell knows is `unknown`.
   */
  readonly pattern: string;
  /** The commands whose output the word ends with. */
  readonly inner: readonly ShellCommand[];
}

/** A simple command: a program and what it is given. */
export interface ShellCommand {
  readonly words: readonly ShellWord[];
  /** The files that it gets as input. */
  readonly reads: readonly ShellWord[];
  /** The files that hold nothing but what it prints, afterwards. */
  readonly writes: readonly ShellWord[];
  /** The texts that it gets as input. */
  readonly given: readonly string[];
  /** One and the same object for the commands of a pipeline, which stand in its order. */
  readonly pipeline: object;
}

/** Stands in a pattern for text that only a running shell knows. */
export const unknown = "\uE000";

const targetOf: Readonly<Record<string, "reads" | "writes" | "given">> = {
  "<<<": "given",
  "<": "reads",
  "<>": "reads",
  ">": "writes",
  ">|": "writes",
  ">&": "writes",
};

// A deeper one is nobody's command.
const deepest = 20;

/**
 * Reads a shell text into its simple commands, those inside of others among them, in their order. Quotes, escapes,
 * braces and variables that the text itself sets are replaced as a shell would.
 */
export function readShell(
  text: string,
  variables: Map<string, string> = new Map(),
  depth = 0,
): readonly ShellCommand[] {
  const commands: ShellCommand[] = [];
  const waiting: { readonly end: string; readonly isLiteral: boolean; readonly given: string[] }[] = [];
  let at = 0;
  let pipeline = {};
  let words: ShellWord[] = [];
  let reads: ShellWord[] = [];
  let writes: ShellWord[] = [];
  let given: string[] = [];
  let pattern: string | null = null;
  let inner: ShellCommand[] = [];
  let target: "words" | "reads" | "writes" | "given" | "appended" = "words";

  const isAssigning = (): boolean => pattern?.endsWith("=") === true;
  const open = (): string => (pattern ??= "");
  const add = (part: string): void => void (pattern = open() + part);
  const addLiteral = (part: string): void => add(part.replaceAll(/[\\*?[\]{},]/g, String.raw`\$&`));
  const runInside = (own: string): void => {
    const found = depth < deepest ? readShell(own, variables, depth + 1) : [];
    for (const one of found) {
      commands.push(one);
      inner.push(one);
    }
    add(unknown);
  };
  const endWord = (): void => {
    if (pattern === null) return;
    // What is assigned is one word.
    const isAssigned =
      /^[A-Za-z_]\w*\+?=/.test(pattern) && words.every(({ text: one }) => /^(?:export|\w+=)/.test(one));
    const made = (isAssigned ? [pattern] : expandBraces(pattern)).map((one) => ({
      text: plainText(one),
      pattern: one,
      inner,
    }));
    if (target === "words") words.push(...made);
    else if (target === "reads") reads.push(...made);
    else if (target === "writes") writes.push(...made);
    else if (target === "given") given.push(...made.map((one) => one.text));
    target = "words";
    pattern = null;
    inner = [];
  };
  const endCommand = (): void => {
    endWord();
    if (words.length + reads.length + writes.length + given.length === 0 && waiting.length === 0) return;
    const command = { words, reads, writes, given, pipeline };
    const before = (): readonly ShellCommand[] => commands.filter((one) => one.pipeline === command.pipeline);
    for (const [name, value] of assignedBy(command, before))
      variables.set(name, value.length > longestWord ? unknown : value);
    commands.push(command);
    words = [];
    reads = [];
    writes = [];
    given = [];
  };
  const endPipeline = (): void => {
    endCommand();
    pipeline = {};
  };
  const readDouble = (): void => {
    open();
    for (at += 1; at < text.length && text[at] !== '"'; at += 1) {
      const character = text[at] ?? "";
      if (character === "\\" && /[$`"\\\n]/.test(text[at + 1] ?? "")) {
        at += 1;
        if (text[at] !== "\n") addLiteral(text[at] ?? "");
      } else if (character === "$") readDollar(true);
      else if (character === "`") readBackticks();
      else {
        const run = runOf(/[^\\"$`]+/y, text, at);
        addLiteral(run);
        at += run.length - 1;
      }
    }
  };
  const readBackticks = (): void => {
    const end = text.indexOf("`", at + 1);
    runInside(text.slice(at + 1, end === -1 ? undefined : end));
    at = end === -1 ? text.length : end;
  };
  const readDollar = (isQuoted: boolean): void => {
    const next = text[at + 1] ?? "";
    if (next === "(") {
      const end = closingOf(text, at + 1);
      if (text[at + 2] === "(") add(unknown);
      else runInside(text.slice(at + 2, end));
      at = end;
    } else if (next === "{") {
      const end = closingOf(text, at + 1);
      add(expansionOf(text.slice(at + 2, end), variables));
      at = end;
    } else if (!isQuoted && next === "'") {
      const end = /(?<!\\)(?:\\\\)*'/g;
      end.lastIndex = at + 2;
      const last = end.exec(text) === null ? text.length : end.lastIndex - 1;
      addLiteral(unescapeAnsi(text.slice(at + 2, last)));
      at = last;
    } else if (!isQuoted && next === '"') {
      at += 1;
      readDouble();
    } else {
      const [name = ""] = /^(?:\w+|[@*#?$!-])/.exec(text.slice(at + 1, at + 80)) ?? [];
      if (name === "") addLiteral("$");
      else add(variables.get(name) ?? unknown);
      at += name.length;
    }
  };
  const readRedirection = (): void => {
    if (/^\d+$/.test(pattern ?? "")) pattern = null;
    endWord();
    const [sign = ""] = /^(?:<<<|<<-?|<&|<>|<|>>|>&|>\||>)/.exec(text.slice(at, at + 3)) ?? [];
    if (text[at + 1] === "(") {
      const end = closingOf(text, at + 1);
      runInside(text.slice(at + 2, end));
      at = end;
      return;
    }
    at += sign.length - 1;
    if (sign === "<<" || sign === "<<-") {
      const [all = "", word = ""] =
        /^[ \t]*((?:"[^"\n]*"|'[^'\n]*'|\\.|[^\s;&|<>()])+)/.exec(text.slice(at + 1)) ?? [];
      at += all.length;
      waiting.push({ end: word.replaceAll(/["'\\]/g, ""), isLiteral: /["'\\]/.test(word), given });
    } else target = targetOf[sign] ?? "appended";
  };
  // The texts that the lines of a here document are stand behind the line with its sign.
  const readDocuments = (): void => {
    for (const { end, isLiteral, given: into } of waiting.splice(0)) {
      const from = at + 1;
      let to = text.length;
      for (let line = from; line < text.length; line = lineEnd(text, line) + 1) {
        if (text.slice(line, lineEnd(text, line)).replace(/^\t+/, "") !== end) continue;
        to = line;
        break;
      }
      const body = text.slice(from, to);
      into.push(body);
      at = to === text.length ? to : lineEnd(text, to);
      if (isLiteral || depth >= deepest) continue;
      const own = readShell(`: ${quoteDouble(body)}`, variables, depth + 1);
      for (const one of own.slice(0, -1)) commands.push(one);
      const [, made] = own.at(-1)?.words ?? [];
      if (made !== undefined && made.text !== body) into.push(made.text);
    }
  };

  for (; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (character === "'") {
      const end = text.indexOf("'", at + 1);
      open();
      addLiteral(text.slice(at + 1, end === -1 ? undefined : end));
      at = end === -1 ? text.length : end;
    } else if (character === '"') readDouble();
    else if (character === "\\") {
      at += 1;
      if (text[at] !== "\n") addLiteral(text[at] ?? "");
    } else if (character === "$") readDollar(false);
    else if (character === "`") readBackticks();
    else if (character === "#" && pattern === null) at = lineEnd(text, at) - 1;
    else if (character === "\n") {
      endPipeline();
      readDocuments();
    } else if (/\s/.test(character)) endWord();
    else if (character === "<" || character === ">") readRedirection();
    else if (character === "&" && text[at + 1] === ">") continue;
    else if (character === "|") {
      if (text[at + 1] === "|") {
        at += 1;
        endPipeline();
      } else endCommand();
    } else if (character === "(" && isAssigning()) {
      const end = closingOf(text, at);
      const values = readShell(text.slice(at + 1, end), variables, depth + 1).flatMap((one) => one.words);
      add(anyOf(values.map((one) => one.pattern)));
      at = end;
    } else if (character === "(" || character === ")") endCommand();
    else if (character === ";" || character === "&") endPipeline();
    else {
      const run = character === "#" ? "#" : runOf(/[^\s'"\\$`#<>&|();]+/y, text, at);
      add(run);
      at += run.length - 1;
    }
  }
  endPipeline();
  return commands;
}

// A text may be a file that is written.
function runOf(expression: RegExp, text: string, at: number): string {
  expression.lastIndex = at;
  return expression.exec(text)?.[0] ?? text.charAt(at);
}

const lineEnd = (text: string, from: number): number => {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
};

const quoteDouble = (text: string): string => `"${text.replaceAll('"', String.raw`\"`)}"`;

/** Gives the place of what closes the parenthesis or brace at `from`. */
function closingOf(text: string, from: number): number {
  const [openSign, closeSign] = text[from] === "{" ? ["{", "}"] : ["(", ")"];
  let level = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === "\\") at += 1;
    else if (character === "'") {
      const end = text.indexOf("'", at + 1);
      if (end === -1) return text.length;
      at = end;
    } else if (character === openSign) level += 1;
    else if (character === closeSign && (level -= 1) === 0) return at;
  }
  return text.length;
}

/** Gives what the variables are that a command sets, as patterns. */
function assignedBy(
  { words, given }: ShellCommand,
  before: () => readonly ShellCommand[],
): readonly (readonly [string, string])[] {
  const texts = words.map(({ text }) => text);
  const start = texts.findIndex((text) => !/^(?:do|then|else|while|until|if|!|\{)$/.test(text));
  const own = words.slice(Math.max(start, 0));
  const [first = ""] = texts.slice(Math.max(start, 0));
  if (first === "for" || first === "select") {
    const [, name, , ...values] = own;
    return name === undefined ? [] : [[name.text, anyOf(values.map(({ pattern }) => pattern))]];
  }
  if (first === "read" || first === "mapfile" || first === "readarray") {
    // What a command prints may be what it was told.
    const said = [...given, ...before().flatMap((one) => one.words.map(({ text }) => text))];
    return own
      .slice(1)
      .filter(({ text }) => /^\w+$/.test(text))
      .map(({ text }) => [text, anyOf(said.map((one) => one.replaceAll(/[{},\\]/g, String.raw`\$&`)))]);
  }
  return own.flatMap(({ pattern }) => {
    const [, name, value] = /^([A-Za-z_]\w*)\+?=(.*)$/s.exec(pattern) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
}

const anyOf = (patterns: readonly string[]): string =>
  patterns.length === 1 ? (patterns[0] ?? "") : `{${patterns.join(",")}}`;

function expansionOf(content: string, variables: ReadonlyMap<string, string>): string {
  const [, name = "", sign, other = ""] = /^(\w+)(?:\[[@*\d]+\])?(?:(:?[-=+])(.*))?$/s.exec(content) ?? [];
  const value = variables.get(name);
  if (name === "") return unknown;
  if (sign === undefined || (value !== undefined && !sign.endsWith("+"))) return value ?? unknown;
  return other.replaceAll(/["']/g, "");
}

const ansi: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", e: "\u001B", a: "\u0007" };
const unescapeAnsi = (text: string): string =>
  text.replaceAll(
    /\\(?:x([0-9a-f]{1,2})|u([0-9a-f]{1,4})|([0-7]{1,3})|(.))/gis,
    (_all, hex, code, octal, other) =>
      typeof other === "string"
        ? (ansi[other] ?? other)
        : String.fromCodePoint(
            typeof octal === "string" ? Number.parseInt(octal, 8) : Number.parseInt(String(hex ?? code), 16),
          ),
  );

// More, and longer ones, than anybody writes.
const mostWords = 256;
const longestWord = 4096;

/** Gives what a shell makes of the braces in a pattern. */
function expandBraces(pattern: string): readonly string[] {
  if (pattern.length > longestWord) return [pattern];
  const done: string[] = [];
  for (const left = [pattern]; left.length > 0 && done.length < mostWords;) {
    const one = left.pop() ?? "";
    // The innermost first.
    const [all, body = ""] = /(?<![\\$])\{((?:[^{}\\,]|\\.)*,(?:[^{}\\]|\\.)*|)\}/s.exec(one) ?? [];
    if (all === undefined || (body === "" && one === "{}")) {
      done.push(one);
      continue;
    }
    const start = one.indexOf(all);
    const alternatives = body.match(/(?:[^\\,]|\\.)*(?:,|$)/gs)?.slice(0, -1) ?? [""];
    const parts = body.endsWith(",") ? [...alternatives, ""] : alternatives;
    for (const part of parts.toReversed())
      left.push(one.slice(0, start) + part.replace(/,$/, "") + one.slice(start + all.length));
  }
  return done;
}

const plainText = (pattern: string): string => pattern.replaceAll(unknown, "").replaceAll(/\\(.)/gs, "$1");
