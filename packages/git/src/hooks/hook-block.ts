import { GitError } from "../git-error.ts";
import { quote } from "../quote.ts";
import { hookWords } from "./hook-name.ts";
import type { HookName } from "./hook-name.ts";

/**
 * The lines that we put into a hook. Hook texts are latin1 strings here, one character per byte, so that bytes that are not
 * ours come out as they went in.
 */
export interface HookBlock {
  readonly name: HookName;
  readonly command: string;
  /**
   * The file without which the command cannot run, absolute or from the top level; null where only the command can tell.
   * A star in it stands for any text without a slash, and the command finds the first such file as `$keywarden_script`.
   */
  readonly needs: string | null;
  /** Lines that can end the check before the command starts; null if there are none. */
  readonly shortcut: string | null;
  /** We made the whole file, so it goes when the block goes. */
  readonly ownsFile: boolean;
  /** The line before the block had no line break until we came. */
  readonly ownsLineBreak: boolean;
  /** How the hook that was moved aside is started; null when none was. */
  readonly chain: "itself" | "through-sh" | null;
}

export const chainedSuffix = ".keywarden-chained";
export const ownHeader = "#!/bin/sh\n";

const begin = "# >>> keywarden >>>\n";
const end = "# <<< keywarden <<<\n";
const fileNote = "# keywarden made this file.\n";
const lineBreakNote = "# keywarden added the line break above.\n";

// Standard input can be read once, and the hook that was there may want it as well.
const takeInput = `keywarden_input=$(cat)
printf '%s\\n' "$keywarden_input" | `;
const giveInputBack = `if [ -n "$keywarden_input" ]; then
  exec << KEYWARDEN_INPUT
$keywarden_input
KEYWARDEN_INPUT
else
  exec < /dev/null
fi
`;

/** @throws {@link GitError} GIT_BAD_INPUT when the command is empty or more than one line. */
function renderBlock({ name, command, needs, shortcut, ownsFile, ownsLineBreak, chain }: HookBlock): string {
  if (command.trim() === "" || /[\0\r\n]/u.test(command)) {
    throw new GitError("GIT_BAD_INPUT", "a hook's command must be one line of shell code");
  }
  if (needs !== null && /[\0\r\n]/u.test(needs)) {
    throw new GitError("GIT_BAD_INPUT", "the path of a hook's program must be one line");
  }
  const { purpose, blocked, bypass } = hookWords[name];
  const readsInput = name === "pre-push";
  const text = `${begin}# ${purpose}; to remove it: keywarden hook uninstall
${ownsFile ? fileNote : ""}${ownsLineBreak ? lineBreakNote : ""}${readsInput ? takeInput : ""}(
${shortcut ?? ""}${needs === null ? "" : requirement(needs)}  ${command}
${answerLine(command)}) || {
  keywarden_status=$?
  case $keywarden_status in
${needs === null ? unansweredText(command, blocked, bypass) : missingText(blocked, needs, bypass)}${isScript(command) ? "" : notStartedText(command, blocked, bypass)}  esac
  exit "$keywarden_status"
}
${readsInput ? giveInputBack : ""}${chain === null ? "" : chainText(name, chain)}${end}`;
  return Buffer.from(text, "utf8").toString("latin1");
}

// A script that a power failure has filled with zeros ends with 0.
const answerLine = (command: string): string => {
  const answer = /^keywarden_done=([1-9]\d*) /.exec(command)?.[1];
  if (answer === undefined) return "";
  const test = (what: string): string => `[ "$keywarden_status" ${what} ]`;
  return `  keywarden_status=$?; ${test("-ne 0")} || exit ${missing}; ${test(`-eq ${answer}`)} || exit "$keywarden_status"\n`;
};

// No program that a hook runs ends with it; git's own tools use it to say that something cannot be tested.
const missing = 125;

// An installation that was cut off, or a power failure, leaves empty files behind, and an empty script succeeds.
const requirement = (needs: string): string =>
  needs.includes("*")
    ? `  for keywarden_script in ${needs.split("*").map(quote).join("*")}; do break; done; [ -s "$keywarden_script" ] || exit ${missing}\n`
    : `  [ -s ${quote(needs)} ] || exit ${missing}\n`;

// As `requirement` writes it, and as it did before.
const requirementLine =
  /^ {2}(?:for keywarden_script in ((?:\*|'(?:[^'\n]|'\\'')*')+); do break; done; )?\[ -[fs] (?:"\$keywarden_script"|('(?:[^'\n]|'\\'')*')) \] \|\| exit 125\n$/mu;

const missingText = (blocked: string, needs: string, bypass: string): string => `    ${missing})
      printf '%s\\n' >&2 \\
        'keywarden: ${blocked}, because the check for API keys is not installed here; this file is missing, empty or damaged:' \\
        ${quote(`  ${needs}`)} \\
        "Install the project's packages, for example with: npm ci" \\
        'On a branch without keywarden, delete the lines from ">>> keywarden >>>" to "<<< keywarden <<<" in' \\
        "  $0" \\
        'Once, unchecked: ${bypass}'
      exit 2
      ;;
`;

// Only a command that is asked for another status than 0 has no answer to give.
const unansweredText = (command: string, blocked: string, bypass: string): string =>
  answerLine(command) === ""
    ? ""
    : `    ${missing})
      printf '%s\\n' >&2 \\
        'keywarden: ${blocked}, because the check for API keys ended without an answer; it is damaged, or of another version:' \\
        ${quote(`  ${command}`)} \\
        'Install it again, and set the hook up again with: keywarden hook install' \\
        'Once, unchecked: ${bypass}'
      exit 2
      ;;
`;

// A script of ours says itself what it cannot start.
const isScript = (command: string): boolean => /^(?:keywarden_[a-z]+=(?:'[^']*'|\S+) )*sh /.test(command);

const notStartedText = (command: string, blocked: string, bypass: string): string => `    126 | 127)
      printf '%s\\n' >&2 \\
        'keywarden: ${blocked}, because the check for API keys could not be started:' \\
        ${quote(`  ${command}`)}
      if command -v node > /dev/null 2>&1; then
        printf '%s\\n' >&2 'Install it again (npm ci), or set the hook up again with: keywarden hook install'
      else
        printf '%s\\n' >&2 'Node is not on the PATH here: install Node 22.18 or newer, or start git where it is.'
      fi
      printf '%s\\n' >&2 \\
        'Without keywarden on this machine, delete the lines from ">>> keywarden >>>" to "<<< keywarden <<<" in' \\
        "  $0" \\
        'Once, unchecked: ${bypass}'
      exit 2
      ;;
`;

/** Puts the block where every run passes: after the interpreter's line, before any code that could exit or exec. */
export function insertBlock(foreign: string, block: Omit<HookBlock, "ownsLineBreak">): string {
  const at = foreign.startsWith("#!") ? foreign.indexOf("\n") + 1 : 0;
  if (at === 0 && foreign.startsWith("#!")) {
    return `${foreign}\n${renderBlock({ ...block, ownsLineBreak: true })}`;
  }
  return foreign.slice(0, at) + renderBlock({ ...block, ownsLineBreak: false }) + foreign.slice(at);
}

export interface SplitHook {
  /** Everything that is not ours. */
  readonly foreign: string;
  /** The first of our blocks, with an empty command if it was changed beyond recognition; null if there is none. */
  readonly block: HookBlock | null;
  readonly blocks: number;
}

/** Takes our blocks out of a hook. @throws {@link GitError} GIT_HOOK_CONFLICT when a block's end is missing. */
export function splitHook(name: HookName, content: string, path: string): SplitHook {
  let foreign = "";
  let rest = content;
  let first: HookBlock | null = null;
  let blocks = 0;
  for (let at = findLine(rest, begin); at !== -1; at = findLine(rest, begin)) {
    const endAt = findLine(rest.slice(at), end);
    if (endAt === -1) {
      const remedy = "delete what is left of keywarden's lines by hand and install again";
      throw new GitError("GIT_HOOK_CONFLICT", `${path} has "${begin.trim()}" without its end; ${remedy}`);
    }
    const text = rest.slice(at, at + endAt + end.length);
    const block = readBlock(name, text);
    first ??= block;
    blocks += 1;
    foreign += rest.slice(0, block.ownsLineBreak ? at - 1 : at);
    rest = rest.slice(at + endAt + end.length);
  }
  return { foreign: foreign + rest, block: first, blocks };
}

function readBlock(name: HookName, text: string): HookBlock {
  const { command = "", shortcut = "" } =
    /^(?:printf [^|\n]+ \| )?\(\n(?<shortcut>(?:[^\n]*\n)*?) {2}(?<command>[^\n]+)\n(?: {2}keywarden_status=[^\n]+\n)?\) \|\| \{$/mu.exec(
      text,
    )?.groups ?? {};
  const [line = "", pattern, file] = requirementLine.exec(shortcut) ?? [];
  const needs = file === undefined ? pattern?.split("*").map(unquote).join("*") : unquote(file);
  const proof = line === "" ? shortcut : shortcut.slice(0, -line.length);
  return {
    name,
    command: Buffer.from(command, "latin1").toString("utf8"),
    needs: needs === undefined ? null : Buffer.from(needs, "latin1").toString("utf8"),
    shortcut: proof === "" ? null : Buffer.from(proof, "latin1").toString("utf8"),
    ownsFile: text.includes(fileNote),
    ownsLineBreak: text.includes(lineBreakNote),
    chain: text.includes(chainText(name, "itself"))
      ? "itself"
      : text.includes(chainText(name, "through-sh"))
        ? "through-sh"
        : null,
  };
}

// $0 is the hook's own path, however git, husky or a person started it.
function chainText(name: HookName, chain: "itself" | "through-sh"): string {
  const [test, run] = chain === "itself" ? ["-x", ""] : ["-f", "sh -e "];
  return `if [ ${test} "$(dirname "$0")/${name}${chainedSuffix}" ]; then
  ${run}"$(dirname "$0")/${name}${chainedSuffix}" "$@" || exit
fi
`;
}

function findLine(text: string, line: string): number {
  if (text.startsWith(line)) return 0;
  const at = text.indexOf(`\n${line}`);
  return at === -1 ? -1 : at + 1;
}

const unquote = (text: string): string => text.slice(1, -1).replaceAll("'\\''", "'");
