export interface CodeBlock {
  /** The word behind the fence; empty where there is none. */
  readonly language: string;
  readonly text: string;
  /** The line of the fence, 1-based. */
  readonly line: number;
  /** Why it is not run, as `<!-- not run by the tests: … -->` before the block says. */
  readonly notRun: string | null;
}

/** Reads the fenced code blocks of a Markdown document, in order. */
export function readCodeBlocks(markdown: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = markdown.split("\n");
  let notRun: string | null = null;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const [, reason] = /^<!-- not run by the tests: (.+) -->$/.exec(line) ?? [];
    if (reason !== undefined) notRun = reason;
    const [, indent = "", language = ""] = /^(\s*)```(\w*)/.exec(line) ?? [];
    if (!/^\s*```/.test(line)) {
      if (line.trim() !== "" && reason === undefined) notRun = null;
      continue;
    }
    const end = lines.findIndex((other, index) => index > at && other.trim() === "```");
    const inside = lines.slice(at + 1, end === -1 ? undefined : end);
    const text = inside
      .map((inner) => (inner.startsWith(indent) ? inner.slice(indent.length) : inner))
      .join("\n");
    blocks.push({ language, text, line: at + 1, notRun });
    notRun = null;
    at = end === -1 ? lines.length : end;
  }
  return blocks;
}

/** Reads the commands of a block: continued lines joined, comments and what follows a pipe or operator cut off. */
export function readCommands(block: string): readonly string[] {
  return block
    .replaceAll(/\s*\\\n\s*/g, " ")
    .split("\n")
    .map((line) => line.replace(/^\$ /, ""))
    .flatMap((line) => splitAtOperators(line))
    .map((command) => command.trim())
    .filter((command) => command !== "");
}

function splitAtOperators(line: string): readonly string[] {
  const commands: string[] = [];
  let command = "";
  let quote = "";
  for (let at = 0; at < line.length; at += 1) {
    const sign = line[at] ?? "";
    if (quote !== "") quote = sign === quote ? "" : quote;
    else if (sign === "'" || sign === '"') quote = sign;
    else if (sign === "#" && /^$|\s$/.test(command)) break;
    else if (/[|;&]/.test(sign)) {
      commands.push(command);
      command = "";
      continue;
    } else if (/[<>]/.test(sign) && /\s$/.test(command) && /\s|&/.test(line[at + 1] ?? " ")) break;
    command += sign;
  }
  return [...commands, command];
}

/** Splits a command into words, quotes taken off. */
export function splitWords(command: string): readonly string[] {
  return [...command.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replaceAll(/["']/g, ""));
}
