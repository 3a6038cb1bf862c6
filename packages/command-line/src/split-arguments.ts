import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { type Flags, isSwitch } from "./flag.ts";

/** One flag as it stands on the command line. */
export interface GivenFlag {
  /** As it was typed, without a value. */
  readonly typed: string;
  /** Its name in the table; undefined for an unknown flag. */
  readonly name: string | undefined;
  readonly value: string | undefined;
  /** Whether the value came after an equals sign. */
  readonly isInline: boolean;
}

export interface SplitArguments {
  readonly given: readonly GivenFlag[];
  readonly words: readonly string[];
}

const shorts: Readonly<Record<string, string>> = { help: "h", version: "V" };

/** Splits a command line into flags and words by these flags; `--` ends the flags. */
export function splitArguments(argv: readonly string[], flags: Flags): SplitArguments {
  const options: ParseArgsOptionsConfig = {};
  for (const [name, flag] of Object.entries(flags)) {
    const short = shorts[name];
    options[name] = {
      type: isSwitch(flag) ? "boolean" : "string",
      ...(short !== undefined && { short }),
    };
  }
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given: GivenFlag[] = [];
  const words: string[] = [];
  let lastShort = -1;
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const isShort = !token.rawName.startsWith("--");
    const isKnown = Object.hasOwn(flags, token.name) && (!isShort || argv[token.index]?.length === 2);
    // `-data` is four letters to parseArgs and one mistake to whoever typed it.
    if (isShort && token.index === lastShort) continue;
    if (isShort) lastShort = token.index;
    given.push({
      typed: isShort ? (argv[token.index] ?? token.rawName) : token.rawName,
      name: isKnown ? token.name : undefined,
      value: token.value,
      isInline: token.inlineValue === true,
    });
  }
  return { given, words };
}
