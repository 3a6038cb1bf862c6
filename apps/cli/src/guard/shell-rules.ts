import { holdsGuard, isHook, takesCheckAway } from "./check-files.ts";
import type { GuardFolder } from "./key-files.ts";
import { folderBelow, judgeReading } from "./reading-rules.ts";
import { prefixes, shells } from "./shell-programs.ts";
import { readShell, type ShellCommand } from "./read-shell.ts";

/** Says why a shell command must not run, or gives null; what a program does by its own means is not seen. */
export function judgeCommand(command: string, folder: GuardFolder): string | null {
  const commands = readWhole(command);
  let here = folder;
  let into = "";
  for (const command of commands) {
    const words = command.words.map(({ text }) => text);
    const holdsCheck = (path: string): boolean => isHook(into + path) || holdsGuard(path, here);
    const reason = judgeWords(words, holdsCheck);
    if (reason !== null) return reason;
    const isLost = (path: string): boolean => holdsCheck(path) && isThere(path, here);
    if (overwrittenBy(command).some(isLost)) return takesCheckAway;
    if (words[0] !== "cd" && words[0] !== "pushd") continue;
    here = folderBelow(here, command.words[1]);
    into += `${words[1] ?? ""}/`;
  }
  return judgeReading(commands, folder);
}

/** Does the command push commits? */
export function isPush(command: string): boolean {
  return readWhole(command).some(({ words }) => gitAction(words.map(({ text }) => text))?.action === "push");
}

/** Gives the texts that a shell makes of a command by taking off quotes and putting in what it knows. */
export function madeByShell(command: string): readonly string[] {
  return readWhole(command)
    .flatMap(({ words, given }) => [words.map(({ text }) => text), ...given.map((text) => [text])])
    .flatMap((texts) => [texts.join(" "), printedBy(texts)])
    .filter((text) => !command.includes(text));
}

function printedBy(words: readonly string[]): string {
  const at = words.findIndex((word) => baseName(word) === "printf");
  const [format = "", ...args] = at === -1 ? [] : words.slice(at + 1);
  let printed = "";
  // What is left over is printed in the same way.
  do {
    const left = args.length;
    printed += format.replaceAll(/%[sbq]/g, () => args.shift() ?? "");
    if (args.length === left) break;
  } while (args.length > 0);
  return printed;
}

// As a text for a shell may hold another one, which may hold the next.
const deepest = 4;

/** Reads a shell text with the texts in it that are handed to a shell: of `sh -c`, of `eval`, and on its input. */
function readWhole(text: string, depth = 0): readonly ShellCommand[] {
  const commands = readShell(text);
  if (depth === deepest) return commands;
  return commands.flatMap((command) => [
    command,
    ...handedTo(command, commands).flatMap((own) => readWhole(own, depth + 1)),
  ]);
}

function handedTo(command: ShellCommand, all: readonly ShellCommand[]): readonly string[] {
  const texts = command.words.map(({ text }) => text);
  const shell = texts.findIndex((text) => shells.test(baseName(text)));
  const [first = ""] = texts.filter((text) => !wrappers.has(text));
  const script = shell === -1 ? -1 : texts.findIndex((text, at) => at > shell && /^-\w*c$/.test(text));
  if (script !== -1) {
    // What a command is told is taken for the text that it prints.
    const printed = command.words[script + 1]?.inner.map(({ words }) =>
      words.slice(1).map((word) => word.text),
    );
    return [...texts.slice(script + 1, script + 2), ...(printed ?? []).map((words) => words.join(" "))];
  }
  const hands = /^(?:eval|ssh|watch|trap|parallel|su|script)$/.test(baseName(first)) || texts[0] === "env";
  if (hands) return [texts.slice(1).join(" "), ...texts.slice(1).filter((text) => /\s/.test(text))];
  if (shell === -1 || texts.slice(shell + 1).some((text) => !text.startsWith("-"))) return [];
  const before = all.filter((one) => one.pipeline === command.pipeline && one !== command);
  return [
    ...command.given,
    ...before.flatMap(({ words, given }) => [...words.map((one) => one.text), ...given]),
  ];
}

function judgeWords(words: readonly string[], holdsCheck: (path: string) => boolean): string | null {
  const assigned = words.filter((word, at) => isAssignment(word) && words.slice(0, at).every(isAssignment));
  const kept = words[0] === "export" ? words.slice(1) : assigned;
  if (kept.some((word) => turnsOff.test(word))) return skipsHooks;
  const rest = words.slice(assigned.length);
  const git = gitAction(rest);
  if (git !== null) return judgeGit(git) ?? (git.skipsHooks ? skipsHooks : null);
  const program = baseName(rest.find((word) => !wrappers.has(word)) ?? "");
  const own = rest.slice(1);
  // Whatever starts it: npx, pnpm exec, node.
  const started = rest.findIndex(
    (word) => /^keywarden(?:\.cmd|@.*)?$/.test(baseName(word)) || /keywarden[/\\]dist[/\\]/.test(word),
  );
  const isUninstalled = started !== -1 && /^(?:hook|guard)$/.test(rest[started + 1] ?? "");
  if (isUninstalled && rest.includes("uninstall")) return takesCheckAway;
  const isGone =
    /^(?:rm|unlink|rmdir|mv|chmod|truncate|shred)$/.test(program) ||
    (program === "find" && own.some((word) => /^(?:-delete|rm|unlink|mv|chmod)$/.test(word)));
  return isGone && own.some(holdsCheck) ? takesCheckAway : null;
}

/** Gives the files that hold something else after a command. */
function overwrittenBy({ words, writes }: ShellCommand): readonly string[] {
  const texts = words.map(({ text }) => text);
  const start = texts.findIndex((word) => !wrappers.has(word) && !isAssignment(word));
  const program = baseName(texts[start] ?? "");
  const own = texts.slice(start + 1);
  const isIn = (flag: RegExp): boolean => own.some((word) => flag.test(word));
  const isTarget =
    /^(?:cp|ln|install)$/.test(program) ||
    (program === "tee" && !isIn(/^(?:-\w*a\w*|--append)$/)) ||
    (/^(?:sed|perl|ruby)$/.test(program) && isIn(/^(?:-\w*i|--in-)/));
  const output = program === "dd" ? own.filter((word) => word.startsWith("of=")) : [];
  // What is read by cp is copied, and what is written stands last.
  const targets = isTarget ? (program === "cp" || program === "install" ? own.slice(-1) : own) : [];
  return [...writes.map(({ text }) => text), ...targets, ...output.map((word) => word.slice(3))];
}

// A hook that is not there yet is no check that could be taken away.
function isThere(path: string, { list }: GuardFolder): boolean {
  const [, parent = ""] = /^(.*)[/\\]/.exec(path) ?? [];
  return (list(parent === "" ? "." : parent) ?? []).includes(baseName(path));
}

// What tells husky, lefthook, the pre-commit framework and git to run no hook, or other ones.
const turnsOff =
  /^(?:(?:HUSKY|LEFTHOOK)=(?:0|false)|(?:SKIP|LEFTHOOK_EXCLUDE)=.*keywarden|GIT_CONFIG_(?:KEY|VALUE|PARAMETERS)\w*=.*core\.hookspath)/i;

const wrappers = new Set(
  "sudo command exec time nohup env builtin if then elif else while until do ! { }".split(" "),
);
const isAssignment = (word: string): boolean => /^[A-Za-z_]\w*=/.test(word);
const baseName = (word: string): string => word.replace(/^.*[/\\]/, "");
const skipsHooks =
  "This would skip the check for keys. Commit and push without --no-verify and with the hooks in place; " +
  "if the check is wrong, tell the person you work for what it said.";

interface GitAction {
  readonly action: string;
  readonly rest: readonly string[];
  /** Whether an option before the action points git at other hooks. */
  readonly skipsHooks: boolean;
}

const isGit = (word: string): boolean => /^git(?:\.exe)?$/.test(baseName(word));

function gitAction(words: readonly string[]): GitAction | null {
  const first = words.findIndex((word) => !wrappers.has(word) && !isAssignment(word));
  const program = baseName(words[first] ?? "");
  // What starts another program, with words of its own before that one's.
  const isStarter = prefixes.has(program) || /^(?:find|fd)$/.test(program);
  const at = isStarter ? words.findIndex((word, one) => one > first && isGit(word)) : first;
  if (at === -1 || !isGit(words[at] ?? "")) return null;
  let next = at + 1;
  let skips = false;
  while (next < words.length && (words[next] ?? "").startsWith("-")) {
    const word = words[next] ?? "";
    const hasValue = /^(?:-c|-C|--git-dir|--work-tree|--namespace|--config-env)$/.test(word);
    const setting = hasValue ? (words[next + 1] ?? "") : word;
    if (/core\.hookspath/i.test(setting) || isSkippingAlias(setting)) skips = true;
    next += hasValue ? 2 : 1;
  }
  return { action: words[next] ?? "", rest: words.slice(next + 1), skipsHooks: skips };
}

// An alias names a command whose options nobody sees when it is used.
const isSkippingAlias = (setting: string): boolean => {
  const [, name = "", value = ""] = /^(alias\.[^=\s]+)[=\s](.*)$/is.exec(setting) ?? [];
  if (name === "") return false;
  const words = value.replace(/^!\s*git\s+/, "").split(/\s+/);
  return judgeGit({ action: words[0] ?? "", rest: words.slice(1), skipsHooks: false }) === skipsHooks;
};

function judgeGit({ action, rest }: GitAction): string | null {
  const options = rest.slice(0, rest.includes("--") ? rest.indexOf("--") : rest.length);
  const short = (letter: string): boolean =>
    options.some((word, at) => shortFlags(word).includes(letter) && !takesValue(options[at - 1] ?? ""));
  const long = options.some((word) => /^--no-v(?:e(?:r(?:i(?:f(?:y)?)?)?)?)?$/.test(word));
  if (long && /^(?:commit|push|merge|am|rebase|cherry-pick|revert|pull)$/.test(action)) return skipsHooks;
  if (action === "commit" && short("n")) return skipsHooks;
  if (action === "config" && rest.some((word) => /^core\.hookspath$/i.test(word)) && rest.length > 1) {
    return rest.some((word) => /^--(?:get|list|show)/.test(word)) ? null : skipsHooks;
  }
  const isAlias =
    action === "config" && rest.some((word, at) => isSkippingAlias(`${word} ${rest[at + 1] ?? ""}`));
  return isAlias ? skipsHooks : null;
}

// What stands behind a letter that takes a value belongs to it: -m with a note.
function shortFlags(word: string): string {
  if (!/^-[A-Za-z]/.test(word)) return "";
  const letters = word.slice(1);
  const end = letters.search(/[mFCcSut]/);
  return end === -1 ? letters : letters.slice(0, end);
}

const takesValue = (word: string): boolean => /^(?:-[A-Za-z]*[mFCct]|--message|--file|--author)$/.test(word);
