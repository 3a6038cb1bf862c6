/** What every kind of flag says of itself. */
interface FlagText {
  /** One line of help, without a full stop. */
  readonly summary: string;
}

interface ValueText extends FlagText {
  /** How help names the value: `--output <file>`. */
  readonly value: string;
  /** The environment variable that says the same where the flag is absent; an empty one counts as unset. */
  readonly variable?: string;
  /** What help shows as the default where code decides it, and not {@link Flag} itself. */
  readonly shownDefault?: string;
  /** Absent, it is a usage error. */
  readonly required?: true;
}

export interface SwitchFlag extends FlagText {
  readonly kind: "switch";
}

/** A switch that stands for another flag with a value: `--json` for `--format json`. */
export interface ShorthandFlag extends FlagText {
  readonly kind: "shorthand";
  readonly for: string;
  readonly is: string;
}

/** Free text; `file`, `folder` and `url` differ in completions and in what help says. */
export interface TextFlag extends ValueText {
  readonly kind: "text" | "file" | "folder" | "url";
  readonly default?: string;
}

/** A whole number; a `port` is one from 0 to 65535. */
export interface NumberFlag extends ValueText {
  readonly kind: "number" | "port";
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
}

/** One of a few words, or of words with what each means. */
export interface ChoiceFlag extends ValueText {
  readonly kind: "choice";
  readonly choices: readonly string[] | Readonly<Record<string, string>>;
  readonly default?: string;
}

/** A flag that may be given several times. */
export interface ListFlag extends ValueText {
  readonly kind: "list";
  readonly choices?: readonly string[];
}

/** Text that a function turns into something better; its error message becomes a usage error. */
export interface ParsedFlag extends ValueText {
  readonly kind: "parsed";
  readonly read: (text: string) => unknown;
  /** Read like a value that was given. */
  readonly default?: string;
}

export type ValueFlag = TextFlag | NumberFlag | ChoiceFlag | ListFlag | ParsedFlag;
export type Flag = SwitchFlag | ShorthandFlag | ValueFlag;

/** Flags by their names, without the dashes in front, in the order of help. */
export type Flags = Readonly<Record<string, Flag>>;

/** Keeps the exact types of flags that several commands take. */
export function defineFlags<const F extends Flags>(flags: F): F {
  return flags;
}

/** Does the flag stand alone? */
export function isSwitch(flag: Flag): flag is SwitchFlag | ShorthandFlag {
  return flag.kind === "switch" || flag.kind === "shorthand";
}

/** Gives the only words that a flag takes; empty where it takes any text. */
export function choicesOf(flag: Flag): readonly string[] {
  if (flag.kind !== "choice" && flag.kind !== "list") return [];
  const { choices = [] } = flag;
  return isList(choices) ? choices : Object.keys(choices);
}

function isList(choices: readonly string[] | Readonly<Record<string, string>>): choices is readonly string[] {
  return Array.isArray(choices);
}
