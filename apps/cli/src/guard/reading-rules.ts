import { isKeyFile, mayMatchKeyFile, mayMatchUsualName, type GuardFolder } from "./key-files.ts";
import { interpreters, movers, prefixes, readers, searchers, shells } from "./shell-programs.ts";
import { unknown, type ShellCommand, type ShellWord } from "./read-shell.ts";

/** Says why a shell text must not run that would show what key files hold, or move it where nobody knows it; or null. */
export function judgeReading(commands: readonly ShellCommand[], folder: GuardFolder): string | null {
  let here = folder;
  let hasLoaded = false;
  const calls = new Map<string, readonly ShellWord[]>();
  for (const [at, written] of commands.entries()) {
    const command = { ...written, words: withAliases(written.words, calls) };
    const program = programOf(command.words);
    const reason = judgeProgram(program, command, { commands, at, folder: here, hasLoaded });
    if (reason !== null) return reason;
    if (program.name === "cd" || program.name === "pushd") here = folderBelow(here, program.args[0]);
    if (/^(?:\.|source)$/.test(program.name)) hasLoaded ||= program.args.some((word) => names(word, here));
    const defined = definedBy(command.words, commands[at + 1]);
    if (defined !== null) calls.set(defined, [asWord("cat")]);
    if (program.name !== "alias") continue;
    for (const { text } of program.args) {
      const [, name, value] = /^([^=]+)=(\S+)/.exec(text) ?? [];
      if (name !== undefined && value !== undefined) calls.set(name, [asWord(value)]);
    }
  }
  return null;
}

const asWord = (text: string): ShellWord => ({ text, pattern: text, inner: [] });

/** Gives the name of the function that a command begins to define; whatever it is given it may print. */
function definedBy([first, second]: readonly ShellWord[], next: ShellCommand | undefined): string | null {
  if (first?.text === "function") return second?.text ?? null;
  const isBody = second === undefined && next?.words[0]?.text === "{";
  return isBody ? (first?.text ?? null) : null;
}

export const readsKeyFile =
  "This reads a file that is made to hold keys, and what it holds would be in this conversation. " +
  "Ask for the names of the variables, or read an example such as .env.example. " +
  "A program that needs the file can load it itself: set -a; . ./.env; program.";
const hidesKeyFile =
  "This gives a file that is made to hold keys a name by which nobody would know it. Keep a name like .env or key.pem.";

interface Surroundings {
  readonly commands: readonly ShellCommand[];
  /** Which of them is judged. */
  readonly at: number;
  readonly folder: GuardFolder;
  /** Whether the text has loaded a key file into its own environment. */
  readonly hasLoaded: boolean;
}

interface Program {
  readonly name: string;
  readonly args: readonly ShellWord[];
  /** Whether another program starts it with words of its own. */
  readonly isFed: boolean;
}

// Words behind these are not files that are read.
const leavesOut = /^(?:--exclude|--exclude-dir|--exclude-from|--ignore|--ignore-file|-x)$/;
const takesWord =
  /^(?:-[eABCmgtT]|--(?:regexp|glob|iglob|include|type|type-not|max-count|context|after-context|before-context|arg|argjson))$/;

function programOf(words: readonly ShellWord[]): Program {
  let at = 0;
  while (/^[A-Za-z_]\w*=/.test(words[at]?.text ?? "")) at += 1;
  let isFed = false;
  const isPrefixed = prefixes.has(baseOf(words[at]));
  if (isPrefixed) {
    isFed = words.some((word) => /^(?:xargs|parallel)$/.test(baseOf(word)));
    const found = words.findIndex((word, one) => one > at - 1 && isKnown(baseOf(word)));
    while (prefixes.has(baseOf(words[at])) && !/^(?:bun)$/.test(baseOf(words[at])) && at < words.length - 1)
      at += 1;
    if (found !== -1) at = found;
  }
  return { name: baseOf(words[at]), args: words.slice(at + 1), isFed };
}

const isKnown = (name: string): boolean =>
  readers.has(name) ||
  searchers.has(name) ||
  movers.has(name) ||
  shells.test(name) ||
  interpreters.test(name) ||
  /^(?:git|tar|dd|curl|wget|openssl|find|fd|eval|printenv)$/.test(name);

const baseOf = (word: ShellWord | undefined): string =>
  (word?.text ?? "")
    .replace(/^.*[/\\]/, "")
    .replace(/\.exe$/, "")
    .toLowerCase();

function withAliases(
  words: readonly ShellWord[],
  calls: ReadonlyMap<string, readonly ShellWord[]>,
): readonly ShellWord[] {
  const own = calls.get(words[0]?.text ?? "");
  return own === undefined ? words : [...own, ...words.slice(1)];
}

/** Gives the folder that a shell is in after `cd` with this word. */
export function folderBelow(folder: GuardFolder, word: ShellWord | undefined): GuardFolder {
  const into = word?.text ?? "";
  const isKnownFolder = word !== undefined && !word.pattern.includes(unknown) && !/^[-~]/.test(into);
  const join = (path: string): string => (path.startsWith("/") ? path : `${into}/${path}`);
  return {
    list: (path) => (isKnownFolder || path.startsWith("/") ? folder.list(join(path)) : null),
    target: (path) => (isKnownFolder || path.startsWith("/") ? folder.target(join(path)) : null),
    text: (path) => (isKnownFolder || path.startsWith("/") ? folder.text(join(path)) : null),
  };
}

function judgeProgram(program: Program, command: ShellCommand, around: Surroundings): string | null {
  const { folder } = around;
  const { name, args, isFed } = program;
  const isNamed = (word: ShellWord): boolean => names(word, folder);
  // A program that only measures what it gets shows nothing of it.
  if (command.reads.some(isNamed) && !/^(?:wc|test|\[|\w+sum)$/.test(name)) return readsKeyFile;
  if (around.hasLoaded && showsEnvironment(program)) return readsKeyFile;
  if (movers.has(name)) return judgeMove(program, folder);
  const told = isFed || name === "cpio" ? spokenBefore(command, around) : [];
  const given = [...command.words, ...command.reads].flatMap((word) =>
    endsUnknown(word) ? spoken(word.inner) : [],
  );
  const isTold = [...told, ...given].some(mayBeTold);
  const isList = (word: ShellWord, at: number): boolean =>
    /^(?:-a|--arg-file)$/.test(command.words[at - 1]?.text ?? "") && isNamed(word);
  if (isFed && command.words.some(isList)) return readsKeyFile;
  if (name === "done" && command.given.some(mayBeTold)) return readsKeyFile;
  const shows = isTold || includesKeyFiles(program) || filesOf(program).some(isNamed);
  const isReader =
    readers.has(name) ||
    searchers.has(name) ||
    interpreters.test(name) ||
    (isFed && shells.test(name)) ||
    isOther(program, isNamed);
  if (isReader && shows) return readsKeyFile;
  if (hasCode(program, command) && codeOf(program, command).some((code) => namesInCode(code)))
    return readsKeyFile;
  if (name === "git" && judgeGitReading(args, isNamed, isTold)) return readsKeyFile;
  return /^(?:find|fd|fdfind)$/.test(name) && judgeFind(program, isNamed) ? readsKeyFile : null;
}

const endsUnknown = ({ pattern, inner }: ShellWord): boolean => inner.length > 0 && pattern.endsWith(unknown);

/** What commands were told may be what they print, except for what is told to be left out. */
const spoken = (commands: readonly ShellCommand[]): readonly string[] =>
  commands.flatMap(({ words, given }) => {
    const texts = words.map(({ text }) => text);
    if (texts[0]?.endsWith("grep") === true && texts.some((text) => /^-\w*v|^--invert/.test(text)))
      return given;
    return [...texts.filter((_text, at) => !/^(?:!|-not)$/.test(texts[at - 2] ?? "")), ...given];
  });

function spokenBefore({ pipeline, given }: ShellCommand, { commands, at }: Surroundings): readonly string[] {
  const before = commands.slice(0, at).filter((one) => one.pipeline === pipeline);
  return [...given.flatMap((text) => text.split(/\s+/)), ...spoken(before)];
}

const mayBeTold = (text: string): boolean =>
  text
    .split(/[\s=:@,]/)
    // A search takes an expression for a name.
    .map((part) => part.replaceAll(/^\^|\$$|\\/g, ""))
    .some((part) => isKeyFile(part) || mayMatchUsualName(part));

/** Does the word name a file that is made to hold keys, or may it by its wildcards? */
function names(word: ShellWord, folder: GuardFolder): boolean {
  // git leaves out what stands behind these signs.
  if (/^:(?:[!^]|\(exclude\))/.test(word.text)) return false;
  if (mayMatchKeyFile(word.pattern, unknown, folder)) return true;
  const parts = word.pattern.split(/[=:@,;]/);
  return parts.length > 1 && parts.some((part) => mayMatchKeyFile(part, unknown, folder));
}

/** Gives the words that the program takes for files. */
function filesOf({ name, args }: Program): readonly ShellWord[] {
  const kept = args.filter(
    ({ text }, at) => !/^--exclude|^--ignore/.test(text) && !leavesOut.test(args[at - 1]?.text ?? ""),
  );
  if (interpreters.test(name)) {
    // Node loads such a file, and shows nothing of it.
    const own = args.filter(
      ({ text }, at) => ![text, args[at - 1]?.text].some((one) => one?.startsWith("--env-file") === true),
    );
    return args.some(({ text }) => isCodeFlag(text)) ? own : [];
  }
  if (!searchers.has(name)) return kept;
  const takesFile = kept.some(({ text }) => /^--(?:rawfile|slurpfile)$/.test(text));
  const operands = kept.filter(
    ({ text }, at) => !/^-./.test(text) && !takesWord.test(kept[at - 1]?.text ?? ""),
  );
  const hasPattern = kept.some(({ text }) =>
    /^(?:-\w*[ef]|--(?:regexp|expression|file|from-file))$|^--regexp=/.test(text),
  );
  const isAction = /^(?:e|ea|eval|eval-all)$/.test(name === "yq" ? (operands[0]?.text ?? "") : "");
  const files = hasPattern || takesFile ? operands : operands.slice(isAction ? 2 : 1);
  return name === "sed" && isPlainEdit(kept) ? [] : files;
}

/** Does a search take only files that a pattern of such names finds? */
const includesKeyFiles = ({ name, args }: Program): boolean =>
  searchers.has(name) &&
  args.some(({ text }, at) => {
    const [, own] = /^--(?:include|i?glob)=(.*)$/s.exec(text) ?? [];
    const isPattern = /^(?:-g|--include|--i?glob)$/.test(args[at - 1]?.text ?? "");
    return mayMatchUsualName(own ?? (isPattern ? text : ""));
  });

// It changes the file in its place and prints nothing.
const isPlainEdit = (args: readonly ShellWord[]): boolean =>
  args.some(({ text }) => /^(?:-i|--in-pl[a]ce)/.test(text)) &&
  args.every(({ text }) => !/^-\w*n/.test(text)) &&
  args.some(({ text }) => /^(?:\d+|\/[^/]*\/)?(?:s([/|#,]).*\1.*\1[gIi\d]*|d|[aic]\\?\s?.*)$/s.test(text));

const isCodeFlag = (text: string): boolean =>
  /^(?:-[A-Za-z]*[ceEprn]|--(?:eval|print|command)|eval)$/.test(text);

function hasCode({ name, args }: Program, { given }: ShellCommand): boolean {
  if (/^[gmn]?awk$/.test(name)) return true;
  return interpreters.test(name) && (given.length > 0 || args.some(({ text }) => isCodeFlag(text)));
}

const codeOf = ({ args }: Program, { given }: ShellCommand): readonly string[] => [
  ...args.map(({ text }) => text).filter((text) => /["'`/]/.test(text)),
  ...given,
];

/** Does code name such a file in a text of its own? */
function namesInCode(code: string): boolean {
  const joined = code.replaceAll(/(["'`])\s*(?:\+|\.\.?)\s*\1/g, "");
  return [...joined.matchAll(/(["'`])([^"'`\n]+)\1/g)].some(
    ([, , text = ""]) =>
      isKeyFile(text) || (/[*?[]/.test(text) && /\.e|\.(?:pem|key)/.test(text) && mayMatchUsualName(text)),
  );
}

/** What reads only by one of its options, or in one of its ways. */
function isOther({ name, args }: Program, isNamed: (word: ShellWord) => boolean): boolean {
  const texts = args.map(({ text }) => text);
  const behind = (option: RegExp): boolean =>
    args.some((word, at) => option.test(texts[at - 1] ?? "") && isNamed(word));
  if (name === "tar" || name === "bsdtar")
    return texts.some((text) => /^(?:-?[A-Za-z]*[cru]|--create|--append)/.test(text));
  if (name === "dd") return args.some((word) => word.text.startsWith("if=") && isNamed(word));
  if (name === "curl" || name === "wget" || name === "http") {
    const sends = (text: string): boolean => /(?:^|=)[@<]|^file:|^--post-file=|^--body-file=/.test(text);
    return (
      args.some((word) => sends(word.text) && isNamed(word)) ||
      behind(/^(?:-T|--upload-file|-K|-i|--config)$/)
    );
  }
  if (name !== "openssl") return false;
  // These show no private key.
  if (/^(?:x509|verify|crl|req|s_client|s_server|dgst|genrsa|genpkey|ca)$/.test(texts[0] ?? "")) return false;
  return behind(/^-(?:in|inkey)$/) && !(texts.includes("-noout") && !texts.includes("-text"));
}

function judgeMove({ name, args }: Program, folder: GuardFolder): string | null {
  const operands = args.filter(
    ({ text }, at) =>
      !text.startsWith("-") &&
      !leavesOut.test(args[at - 1]?.text ?? "") &&
      !(name === "scp" && args[at - 1]?.text === "-i"),
  );
  const into = args.findIndex(({ text }) => /^(?:-t|--target-directory)$/.test(text));
  const target = into === -1 ? operands.at(-1) : args[into + 1];
  const sources = operands.filter((word) => word !== target);
  if (target === undefined || !sources.some((word) => names(word, folder))) return null;
  if (/^[\w.@-]+:(?!\\)/.test(target.text)) return readsKeyFile;
  const isFolder =
    /(?:^|\/)\.{0,2}$/.test(target.text) || (folder.list(target.text) !== null && target.text !== "");
  return isFolder || isKeyFile(target.text) ? null : hidesKeyFile;
}

function showsEnvironment({ name, args }: Program): boolean {
  const texts = args.map(({ text }) => text);
  if (name === "printenv") return true;
  if (/^(?:env|set)$/.test(name)) return texts.every((text) => /^-0$/.test(text));
  if (/^(?:export|declare|typeset)$/.test(name)) return texts.every((text) => /^-[px]+$/.test(text));
  return /^(?:echo|printf)$/.test(name) && args.some(({ pattern }) => pattern === unknown);
}

function judgeGitReading(
  args: readonly ShellWord[],
  isNamed: (word: ShellWord) => boolean,
  isTold: boolean,
): boolean {
  const skipped = args.findIndex(
    ({ text }, at) => !text.startsWith("-") && !/^-[cC]$/.test(args[at - 1]?.text ?? ""),
  );
  const [action, ...rest] = args.slice(Math.max(skipped, 0));
  const texts = rest.map(({ text }) => text);
  const shows =
    /^(?:show|cat-file|diff|blame|annotate|archive|difftool|diff-tree|diff-index|diff-files)$/.test(
      action?.text ?? "",
    );
  if (action?.text === "grep") {
    const end = texts.indexOf("--");
    const files =
      end === -1 ? rest.filter(({ text }) => !text.startsWith("-")).slice(1) : rest.slice(end + 1);
    return isTold || files.some(isNamed);
  }
  if (action?.text === "stash") return texts[0] === "show" && rest.some(isNamed);
  if (action?.text === "log")
    return texts.some((text) => /^(?:-[pLcGS]|-u$|--patch|--cc)/.test(text)) && rest.some(isNamed);
  const isSummary = texts.some((text) =>
    /^--(?:stat|shortstat|numstat|name-only|name-status|summary|quiet)/.test(text),
  );
  return shows && !isSummary && (isTold || rest.some(isNamed));
}

/** Does a search start a reader for files that are made to hold keys? */
function judgeFind({ args }: Program, isNamed: (word: ShellWord) => boolean): boolean {
  const start = args.findIndex(({ text }) =>
    /^(?:-(?:exec|execdir|ok|okdir|x|X)|--exec|--exec-batch)$/.test(text),
  );
  if (start === -1) return false;
  const { name } = programOf(args.slice(start + 1));
  if (!readers.has(name) && !searchers.has(name) && !shells.test(name) && !movers.has(name)) {
    if (!interpreters.test(name) && !/^(?:tar|curl|dd|openssl)$/.test(name)) return false;
  }
  return args.slice(0, start).some((word, at) => {
    const option = args[at - 1]?.text ?? "";
    if (/^(?:!|-not)$/.test(args[at - 2]?.text ?? "") || leavesOut.test(option)) return false;
    if (/^-i?(?:name|path|wholename|regex)$/.test(option)) return mayMatchUsualName(word.text);
    return isNamed(word) || (!word.text.startsWith("-") && /\.env/.test(word.text));
  });
}
