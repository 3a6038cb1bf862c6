import type { Flags } from "./flag.ts";

/** `token-file` as a property: `tokenFile`. */
export type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

type Absent<F> = F extends { readonly default: unknown } | { readonly required: true } ? never : undefined;

type ChoiceOf<C> = C extends readonly (infer Word)[] ? Word : Extract<keyof C, string>;

type ValueOf<F> = F extends { readonly kind: "switch" }
  ? boolean
  : F extends { readonly kind: "list" }
    ? F extends { readonly choices: infer C }
      ? readonly ChoiceOf<C>[]
      : readonly string[]
    : F extends { readonly kind: "number" | "port" }
      ? number | Absent<F>
      : F extends { readonly kind: "choice"; readonly choices: infer C }
        ? ChoiceOf<C> | Absent<F>
        : F extends { readonly kind: "parsed"; readonly read: (text: string) => infer T }
          ? T | Absent<F>
          : string | Absent<F>;

/** What a handler gets for these flags; a shorthand is seen as the flag that it stands for. */
export type FlagValues<F extends Flags> = {
  readonly [
    Name in keyof F & string as F[Name] extends { readonly kind: "shorthand" } ? never : CamelCase<Name>
  ]: ValueOf<F[Name]>;
};

/** Gives the property of a flag: `tokenFile` for `token-file`. */
export function propertyOf(name: string): string {
  return name.replace(/-([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
}
