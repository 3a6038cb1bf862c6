import { allFlags, type Call, type Command, type Operands } from "./command.ts";
import { didYouMean, meantOrKnown } from "@keywarden/key-format/words";
import { type Flag, type Flags, isSwitch } from "./flag.ts";
import { propertyOf } from "./flag-values.ts";
import { globalFlags } from "./global-flags.ts";
import type { Program } from "./program.ts";
import { quoteWord, readValue } from "./read-value.ts";
import { requireSecretFree } from "./secret-free.ts";
import { type GivenFlag, splitArguments } from "./split-arguments.ts";
import type { ProcessTerminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** What a command line asks for. */
export type Request<T extends ProcessTerminal> =
  | { readonly kind: "version" }
  /** Explains the program where no command is named. */
  | { readonly kind: "help"; readonly command: Command<T> | null }
  | { readonly kind: "run"; readonly command: Command<T>; readonly call: Call };

/**
 * Understands a command line: flags and words in any order, the first word the command; `--` ends the flags.
 *
 * @throws UsageError for anything that has no meaning, with what was probably meant
 */
export async function readCommandLine<T extends ProcessTerminal>(
  program: Program<T>,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Request<T>> {
  const [first] = argv;
  const named = program.commands.find(({ name }) => name === first);
  if (named?.isHandedOn === true)
    return {
      kind: "run",
      command: named,
      call: { flags: {}, given: new Set(), action: "", operands: argv.slice(1) },
    };
  const everything = named === undefined ? flagsOfAll(program) : { ...allFlags(named), ...globalFlags };
  const { given, words } = splitArguments(argv, everything);
  // A value behind a misspelt flag looks like a command, so the flag comes first.
  const unknown = given.find(({ name }) => name === undefined);
  const asks = (name: string): boolean => given.some((flag) => flag.name === name);
  if (unknown !== undefined && !asks("help") && !asks("version")) {
    const known = program.commands.find(({ name }) => name === words[0]) ?? program.main ?? null;
    refuseFlag(program, known, unknown);
  }
  const command = named ?? chooseCommand(program, words);
  const called = command === null ? [] : command === program.main ? words : words.slice(1);
  if (asks("help")) return { kind: "help", command };
  if (asks("version")) return { kind: "version" };
  if (command === null) {
    const [flag] = given;
    if (flag !== undefined)
      throw new UsageError(
        `${quoteWord(flag.typed)} needs a command: ${program.name} --help lists the commands.`,
      );
    return { kind: "help", command: null };
  }
  const [action, operands] = takeAction(program, command, called);
  const table: Flags = { ...command.flags, ...command.actions[action]?.flags };
  const values = readFlags(program, command, { action, table, given });
  checkOperands(program, command, action, operands);
  for (const { source, text } of values.texts) await requireSecretFree(source, text);
  const expected = expectedOperands(command, action);
  if (expected?.isPath !== true) {
    for (const word of operands) await requireSecretFree(`<${expected?.name ?? "argument"}>`, word);
  }
  const flags = await completeFlags(callOf(program, command), table, values.flags, env);
  return {
    kind: "run",
    command,
    call: { flags, given: new Set(values.flags.keys()), action, operands },
  };
}

/** How a message calls a command: `keywarden scan`. */
export function callOf(program: Pick<Program, "name">, command: { readonly name: string } | null): string {
  return command === null || command.name === "" ? program.name : `${program.name} ${command.name}`;
}

function flagsOfAll<T extends ProcessTerminal>({ main, commands }: Program<T>): Flags {
  // Where the command comes after a flag, only the kinds of flags decide which word it is.
  const all = [...commands, ...(main === undefined ? [] : [main])];
  return Object.assign({}, ...all.map(allFlags), globalFlags) as Flags;
}

function chooseCommand<T extends ProcessTerminal>(
  program: Program<T>,
  [word]: readonly string[],
): Command<T> | null {
  if (word === undefined) return program.main ?? null;
  const command = program.commands.find(({ name }) => name === word);
  if (command !== undefined) return command;
  if (program.main?.operands !== undefined) return program.main;
  const names = program.commands.map(({ name }) => name);
  throw new UsageError(`Unknown command ${quoteWord(word)}.${meantOrKnown(word, names, "commands")}`);
}

function refuseFlag(
  program: Pick<Program, "name">,
  command: Pick<Command, "name" | "flags" | "actions"> | null,
  { typed }: GivenFlag,
): never {
  const taken = command === null ? {} : allFlags(command);
  const known = Object.keys({ ...taken, ...globalFlags }).map((name) => `--${name}`);
  const meant = didYouMean(typed, known);
  const remedy = ` ${callOf(program, command)} --help lists its flags.`;
  throw new UsageError(
    `Unknown flag ${quoteWord(typed)} for ${callOf(program, command)}.${meant === "" ? remedy : meant}`,
  );
}

/** Refuses the flag of another action of a command. */
function refuseForeign(
  program: Pick<Program, "name">,
  command: Pick<Command, "name" | "actions">,
  action: string,
  name: string,
): void {
  const takers = Object.entries(command.actions).filter(([, { flags }]) => Object.hasOwn(flags ?? {}, name));
  if (takers.length === 0) return;
  const takenBy = takers.map(([taker]) => `${callOf(program, command)} ${taker}`).join(" and ");
  throw new UsageError(`--${name} is a flag of ${takenBy}, not of ${callOf(program, command)} ${action}.`);
}

interface ReadFlags {
  readonly flags: ReadonlyMap<string, unknown>;
  /** Every value as it was typed, with the flag that it was given to. */
  readonly texts: readonly { readonly source: string; readonly text: string }[];
}

function readFlags(
  program: Pick<Program, "name">,
  command: Pick<Command, "name" | "flags" | "actions">,
  called: { readonly action: string; readonly table: Flags; readonly given: readonly GivenFlag[] },
): ReadFlags {
  const table: Flags = { ...called.table, ...globalFlags };
  const values = new Map<string, unknown>();
  const texts: { source: string; text: string }[] = [];
  const add = (name: string, value: unknown): void => {
    if (values.has(name)) throw new UsageError(`--${name} is given twice.`);
    values.set(name, value);
  };
  for (const one of called.given) {
    if (one.name !== undefined && !Object.hasOwn(table, one.name)) {
      refuseForeign(program, command, called.action, one.name);
    }
    const flag = one.name === undefined ? undefined : ownFlag(table, one.name);
    if (one.name === undefined || flag === undefined) refuseFlag(program, command, one);
    const { name, value, isInline } = one;
    if (isSwitch(flag)) {
      if (isInline) throw new UsageError(`--${name} takes no value.`);
      if (flag.kind === "switch") add(name, true);
      else add(flag.for, flag.is);
      continue;
    }
    if (value === undefined || value === "" || (!isInline && value.startsWith("--")))
      throw new UsageError(`--${name} needs a value: --${name} <${flag.value}>.`);
    texts.push({ source: `--${name}`, text: value });
    const read = readValue(flag, value, `--${name}`);
    if (flag.kind !== "list") add(name, read);
    else values.set(name, [...((values.get(name) ?? []) as readonly unknown[]), read]);
  }
  return { flags: values, texts };
}

function ownFlag(table: Flags, name: string): Flag | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

async function completeFlags(
  called: string,
  table: Flags,
  given: ReadonlyMap<string, unknown>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Readonly<Record<string, unknown>>> {
  const flags: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(table)) {
    if (flag.kind === "shorthand") continue;
    flags[propertyOf(name)] = given.has(name)
      ? given.get(name)
      : flag.kind === "switch"
        ? false
        : await settingOf(called, name, flag, env);
  }
  return flags;
}

async function settingOf(
  called: string,
  name: string,
  flag: Exclude<Flag, { readonly kind: "switch" | "shorthand" }>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<unknown> {
  const { variable, required, value } = flag;
  const text = variable === undefined ? undefined : env[variable];
  // Shells and compose files commonly leave variables empty.
  if (variable !== undefined && text !== undefined && text !== "") {
    await requireSecretFree(variable, text);
    const read = readValue(flag, text, variable);
    return flag.kind === "list" ? [read] : read;
  }
  if (flag.kind === "list") return [];
  if (flag.default !== undefined) {
    return flag.kind === "parsed" ? readValue(flag, flag.default, `--${name}`) : flag.default;
  }
  if (required !== true) return undefined;
  const or = variable === undefined ? "" : ` or set ${variable}`;
  throw new UsageError(`--${name} is missing: give --${name} <${value}>${or}; ${called} --help explains it.`);
}

function takeAction(
  program: Pick<Program, "name">,
  command: Pick<Command, "name" | "actions">,
  words: readonly string[],
): readonly [action: string, operands: readonly string[]] {
  const names = Object.keys(command.actions);
  if (names.length === 0) return ["", words];
  const [action, ...operands] = words;
  if (action === undefined)
    throw new UsageError(`${callOf(program, command)} needs an action: ${names.join(", ")}.`);
  if (names.includes(action)) return [action, operands];
  throw new UsageError(
    `Unknown action ${quoteWord(action)} of ${callOf(program, command)}.${meantOrKnown(action, names, "actions")}`,
  );
}

function expectedOperands(
  { operands, actions }: Pick<Command, "operands" | "actions">,
  action: string,
): Operands | undefined {
  return action === "" ? operands : actions[action]?.operands;
}

function checkOperands(
  program: Pick<Program, "name">,
  command: Pick<Command, "name" | "operands" | "actions">,
  action: string,
  operands: readonly string[],
): void {
  const called = `${callOf(program, command)}${action === "" ? "" : ` ${action}`}`;
  const { name = "", min = 0, max = Infinity } = expectedOperands(command, action) ?? { max: 0 };
  const extra = operands[max];
  if (extra !== undefined) {
    const takes = max === 0 ? "nothing" : max === 1 ? `one <${name}>` : `at most ${max}`;
    throw new UsageError(`Unexpected argument ${quoteWord(extra)}: ${called} takes ${takes}.`);
  }
  if (operands.length < min) throw new UsageError(`<${name}> is missing: ${called} <${name}>.`);
}
