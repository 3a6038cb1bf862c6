import { cleanText } from "@keywarden/inventory";
import { nearestWord } from "@keywarden/key-format";
import { TuiError } from "./tui-error.ts";

const flags = [
  { name: "--server", value: "<url>", help: "address of keywarden-server, such as http://127.0.0.1:7300" },
  {
    name: "--token-file",
    value: "<path>",
    help: "file that holds the operator token (the server writes one to bootstrap-token)",
  },
  { name: "--write", value: "", help: "start with changes allowed; without it, w allows them" },
  { name: "--once", value: "", help: "print the inventory as a plain table and exit; needs no terminal" },
  { name: "--plain", value: "", help: "the same as --once" },
  { name: "--debug", value: "", help: "show the stack of an unexpected error" },
  { name: "--help", value: "", help: "show this text" },
  { name: "--version", value: "", help: "show the version" },
] as const;

type FlagName = (typeof flags)[number]["name"];

/** What the command line asks for. */
export type Options =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | {
      readonly kind: "run";
      readonly server: string;
      readonly tokenFile: string;
      readonly canWrite: boolean;
      readonly isOnce: boolean;
      readonly isDebug: boolean;
    };

/** The text of `--help`, made from the flag table. */
export function helpText(): string {
  const left = flags.map(({ name, value }) => `${name} ${value}`.trimEnd());
  const width = Math.max(...left.map((text) => text.length));
  return [
    "keywarden-tui: the key inventory and its rotation status in a terminal",
    "",
    "usage: keywarden-tui --server <url> --token-file <path> [--write] [--once]",
    "",
    ...flags.map(({ help }, index) => `  ${(left[index] ?? "").padEnd(width)}  ${help}`),
    "",
    "Inside, ? lists every key. Nothing can be changed until --write or w allows it, and a new key is",
    "written to a file that you name, never to the screen. NO_COLOR is honoured.",
    "",
    "exit status: 0 success, 2 failure, or no terminal without --once",
    "",
    "example: keywarden-tui --server http://127.0.0.1:7300 --token-file data/bootstrap-token",
    "",
  ].join("\n");
}

function refuse(message: string): never {
  throw new TuiError("TUI_BAD_OPTION", message);
}

function readFlags(args: readonly string[]): ReadonlyMap<FlagName, string> {
  const given = new Map<FlagName, string>();
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [name = "", ...parts] = arg.split("=");
    const flag = flags.find((candidate) => candidate.name === name);
    if (flag === undefined) {
      const shown = cleanText(name).slice(0, 40);
      if (!arg.startsWith("-"))
        refuse(`"${shown}" is not expected here: everything is given by flags, see --help`);
      const meant = nearestWord(
        name,
        flags.map((candidate) => candidate.name),
      );
      refuse(`there is no flag ${shown}${meant === undefined ? "" : `; did you mean ${meant}?`} See --help`);
    }
    if (given.has(flag.name)) refuse(`${flag.name} is given twice`);
    if (flag.value === "" && parts.length > 0) refuse(`${flag.name} takes no value`);
    const value = flag.value === "" ? "" : parts.length > 0 ? parts.join("=") : rest.shift();
    if (value === undefined || (flag.value !== "" && (value === "" || value.startsWith("--")))) {
      refuse(`${flag.name} needs a value: ${flag.name} ${flag.value}`);
    }
    given.set(flag.name, value);
  }
  return given;
}

/**
 * Reads the command line.
 *
 * @throws {@link TuiError} TUI_BAD_OPTION with a sentence that names the flag and the way out
 */
export function parseOptions(args: readonly string[]): Options {
  if (args.includes("--help") || args.includes("-h")) return { kind: "help" };
  const given = readFlags(args);
  if (given.has("--version")) return { kind: "version" };
  const server =
    given.get("--server") ?? refuse("--server is missing: give the address of keywarden-server, see --help");
  const tokenFile =
    given.get("--token-file") ??
    refuse("--token-file is missing: give the file that holds your operator token, see --help");
  return {
    kind: "run",
    server,
    tokenFile,
    canWrite: given.has("--write"),
    isOnce: given.has("--once") || given.has("--plain"),
    isDebug: given.has("--debug"),
  };
}
