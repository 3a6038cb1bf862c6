/** The screens that can be asked for by their name. */
export const namedScreens = [
  "next",
  "keys",
  "exposures",
  "rotations",
  "departures",
  "tokens",
  "audit",
  "alerts",
  "contexts",
  "help",
  "log",
] as const;

/** A screen of the terminal; `key` is about one that is chosen first. */
export type ScreenId = (typeof namedScreens)[number] | "key";
