import { isKeyFile } from "./key-files.ts";

/** Says why a shell command must not run, or gives null; what a program does by its own means is not seen. */
export function judgeCommand(command: string): string | null {
  for (const words of splitCommands(command)) {
    const reason = judgeWords(words);
    if (reason !== null) return reason;
  }
  return null;
}

/** Does the command push commits? */
export function isPush(command: string): boolean {
  return splitCommands(command).some((words) => gitAction(words)?.action === "push");
}

const readers = new Set(
  (
    "cat tac less more most head tail bat batcat nl od xxd hexdump hd strings base64 base32 grep egrep fgrep rg ag ack " +
    "sed awk gawk cut paste sort uniq diff cmp comm jq yq cp scp rsync curl wget tee openssl gpg vi vim nano emacs code " +
    "pbcopy xclip dd zip tar gzip cpio type"
  ).split(" "),
);

function judgeWords(words: readonly string[]): string | null {
  const assigned = words.filter((word, at) => isAssignment(word) && words.slice(0, at).every(isAssignment));
  const kept = words[0] === "export" ? words.slice(1) : assigned;
  if (kept.some((word) => turnsOff.test(word))) return skipsHooks;
  const rest = words.slice(assigned.length);
  const git = gitAction(rest);
  if (git !== null) return judgeGit(git) ?? (git.skipsHooks ? skipsHooks : null);
  const program = baseName(rest.find((word) => !wrappers.has(word)) ?? "");
  const own = rest.slice(1);
  // Whatever starts it: npx, pnpm exec, node.
  const started = rest.findIndex((word) => /^keywarden(?:\.cmd|@.*)?$/.test(baseName(word)));
  const isUninstalled = started !== -1 && /^(?:hook|guard)$/.test(rest[started + 1] ?? "");
  if (isUninstalled && rest.includes("uninstall")) return takesCheckAway;
  if (/^(?:rm|unlink|rmdir|mv|chmod|truncate|shred)$/.test(program) && own.some(isHook))
    return takesCheckAway;
  const redirected = rest.some((word, at) => word === "<" && isKeyFile(rest[at + 1] ?? ""));
  // The last word of a copy is where it goes, and what a redirection writes is not read.
  const sources = /^(?:cp|scp|rsync)$/.test(program) ? own.slice(0, -1) : own;
  const read = readers.has(program) && sources.some((word, at) => rest[at] !== ">" && namesKeyFile(word));
  const scripted = interpreters.test(program) && own.some((word) => quotedTexts(word).some(isKeyFile));
  return read || redirected || scripted ? readsKeyFile : null;
}

const takesCheckAway = "This would take keywarden's own check away. Ask the person you work for.";

// What tells husky, lefthook, the pre-commit framework and git to run no hook, or other ones.
const turnsOff =
  /^(?:(?:HUSKY|LEFTHOOK)=(?:0|false)|(?:SKIP|LEFTHOOK_EXCLUDE)=.*keywarden|GIT_CONFIG_(?:KEY|VALUE|PARAMETERS)\w*=.*core\.hookspath)/i;

const isHook = (word: string): boolean =>
  /(?:^|[/\\])(?:\.git[/\\]hooks|\.husky)(?:[/\\](?:pre-(?:commit|push|merge-commit)|commit-msg|[*]))?[/\\]?$/.test(
    word,
  );

const interpreters = /^(?:python|node|ruby|perl|php|deno|bun)[\d.]*$/;
const quotedTexts = (word: string): readonly string[] =>
  [...word.matchAll(/(["'`])([^"'`]+)\1/g)].map(([, , text = ""]) => text);

const wrappers = new Set(["sudo", "command", "exec", "time", "nohup", "env", "builtin"]);
const isAssignment = (word: string): boolean => /^[A-Za-z_]\w*=/.test(word);
const baseName = (word: string): string => word.replace(/^.*[/\\]/, "");
const namesKeyFile = (word: string): boolean => word.split(/[=:@,]/).some((part) => isKeyFile(part));

export const readsKeyFile =
  "This reads a file that is made to hold keys, and what it holds would be in this conversation. " +
  "Ask for the names of the variables, or read an example such as .env.example.";
const skipsHooks =
  "This would skip the check for keys. Commit and push without --no-verify and with the hooks in place; " +
  "if the check is wrong, tell the person you work for what it said.";

interface GitAction {
  readonly action: string;
  readonly rest: readonly string[];
  /** Whether an option before the action points git at other hooks. */
  readonly skipsHooks: boolean;
}

function gitAction(words: readonly string[]): GitAction | null {
  const at = words.findIndex((word) => !wrappers.has(word) && !isAssignment(word));
  if (at === -1 || baseName(words[at] ?? "").replace(/\.exe$/, "") !== "git") return null;
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
  if (action === "config" && rest.some((word, at) => isSkippingAlias(`${word} ${rest[at + 1] ?? ""}`)))
    return skipsHooks;
  const reads = /^(?:show|cat-file|diff|log|grep|blame|archive|stash)$/.test(action);
  return reads && rest.some((word) => namesKeyFile(word)) ? readsKeyFile : null;
}

// What stands behind a letter that takes a value belongs to it: -m with a note.
function shortFlags(word: string): string {
  if (!/^-[A-Za-z]/.test(word)) return "";
  const letters = word.slice(1);
  const end = letters.search(/[mFCcSut]/);
  return end === -1 ? letters : letters.slice(0, end);
}

const takesValue = (word: string): boolean => /^(?:-[A-Za-z]*[mFCct]|--message|--file|--author)$/.test(word);

/** Splits a shell text into the words of its simple commands; quotes and backslashes are taken off. */
function splitCommands(command: string): readonly (readonly string[])[] {
  const commands: string[][] = [];
  let words: string[] = [];
  let word = "";
  let isOpen = false;
  let quote = "";
  const endWord = (): void => {
    if (isOpen) words.push(word);
    word = "";
    isOpen = false;
  };
  const endCommand = (): void => {
    endWord();
    if (words.length > 0) commands.push(words);
    words = [];
  };
  for (let at = 0; at < command.length; at += 1) {
    const character = command[at] ?? "";
    if (quote !== "") {
      if (character === quote) quote = "";
      else if (character === "\\" && quote === '"') word += command[(at += 1)] ?? "";
      else word += character;
      // A command in a text is one all the same: sh -c "...", $(...) and `...`.
    } else if (character === "'" || character === '"') {
      quote = character;
      isOpen = true;
    } else if (character === "\\") {
      const next = command[(at += 1)] ?? "";
      if (next !== "\n") word += next;
      isOpen = true;
    } else if (/[;&|\n(){}`]/.test(character)) endCommand();
    else if (character === "<" || character === ">") {
      endWord();
      if (words.at(-1) !== character) words.push(character);
    } else if (/\s/.test(character)) endWord();
    else {
      word += character;
      isOpen = true;
    }
  }
  endCommand();
  const inner = commands.flatMap((own) =>
    own.flatMap((text, at) =>
      /\s/.test(text) && (/^-\w*c$/.test(own[at - 1] ?? "") || own[at - 1] === "eval" || /[$`(]/.test(text))
        ? splitCommands(text.replaceAll("$(", "\n").replaceAll(")", "\n"))
        : [],
    ),
  );
  return [...commands, ...inner];
}
