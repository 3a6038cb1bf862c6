import { checkValue } from "./check-value.ts";
import { CliError } from "./cli-error.ts";
import { nearestWord } from "@keywarden/key-format";
import { commands, flagsOf } from "./options.ts";
import type { Command, Flag, Options } from "./options.ts";

/** What a command line asks for. */
export type Call =
  | { readonly kind: "run"; readonly options: Options }
  | { readonly kind: "help"; readonly command: Command | null }
  | { readonly kind: "version" };

/**
 * Understands a command line: the command first, then flags and operands in any order; `--` ends the flags.
 *
 * @throws CliError CLI_USAGE for anything that has no meaning, with what was probably meant.
 */
export function parseArguments(argv: readonly string[]): Call {
  const [first, ...rest] = argv;
  if (first === undefined || first === "--help" || first === "-h") return { kind: "help", command: null };
  if (first === "--version" || first === "-V") return { kind: "version" };
  const command = findCommand(first);
  const options = parseFlags(command, rest);
  if (options.switches.has("help")) return { kind: "help", command };
  checkActions(options);
  return { kind: "run", options };
}

/** Finds a command by name. @throws CliError CLI_USAGE with the nearest name. */
export function findCommand(name: string): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const names = commands.map((candidate) => candidate.name);
  if (name.startsWith("-"))
    throw unknown(
      "flag",
      name,
      ["--version", "--help"],
      "Name the command first, as in: keywarden scan --staged.",
    );
  throw unknown("command", name, names, `The commands are ${names.join(", ")}.`);
}

function parseFlags(command: Command, args: readonly string[]): Options {
  const operands: string[] = [];
  const switches = new Set<string>();
  const values = new Map<string, string>();
  const lists = new Map<string, readonly string[]>();
  const waiting = [...args];
  for (let arg = waiting.shift(); arg !== undefined; arg = waiting.shift()) {
    if (arg === "--") {
      operands.push(...waiting.splice(0));
    } else if (arg === "-h") {
      switches.add("help");
    } else if (arg.startsWith("-") && arg !== "-") {
      const equals = arg.indexOf("=");
      const flag = findFlag(command, equals === -1 ? arg : arg.slice(0, equals));
      const given = equals === -1 ? undefined : arg.slice(equals + 1);
      if (flag.value === undefined) {
        if (given !== undefined) throw usage(`--${flag.name} takes no value.`);
        switches.add(flag.name);
      } else {
        const value = valueOf(flag, given ?? waiting.shift());
        values.set(flag.name, value);
        lists.set(flag.name, [...(lists.get(flag.name) ?? []), value]);
      }
    } else {
      operands.push(arg);
    }
  }
  return { command, operands, switches, values, lists };
}

function findFlag(command: Command, text: string): Flag {
  const flag = flagsOf(command).find(({ name }) => `--${name}` === text);
  const known = command.flags.map((name) => `--${name}`);
  if (flag === undefined) {
    const wayOut = `keywarden help ${command.name} lists its flags.`;
    throw unknown(`flag for keywarden ${command.name}`, text, known, wayOut);
  }
  return flag;
}

function valueOf(flag: Flag, value: string | undefined): string {
  if (value === undefined || value === "")
    throw usage(`--${flag.name} needs a value: --${flag.name} <${flag.value}>.`);
  return checkValue(flag, value, `--${flag.name}`);
}

function checkActions({ command, operands }: Options): void {
  if (command.actions === undefined) return;
  const names = Object.keys(command.actions);
  const [action, extra] = operands;
  if (action === undefined) throw usage(`keywarden ${command.name} needs one of ${names.join(", ")}.`);
  if (!names.includes(action)) {
    throw unknown(`action of keywarden ${command.name}`, action, names, `It knows ${names.join(", ")}.`);
  }
  if (extra !== undefined && command.takes?.includes(action) !== true)
    throw usage(
      `keywarden ${command.name} ${action} takes nothing more, so what is ${JSON.stringify(extra)}?`,
    );
}

function unknown(what: string, text: string, words: readonly string[], wayOut: string): CliError {
  const nearest = nearestWord(text, words);
  return usage(
    `There is no ${what} ${JSON.stringify(text)}. ${nearest === undefined ? wayOut : `Did you mean ${nearest}?`}`,
  );
}

const usage = (message: string): CliError => new CliError("CLI_USAGE", message);
