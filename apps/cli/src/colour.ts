/** Decides whether to print in colour: `--color`, then NO_COLOR and FORCE_COLOR, then whether it is a terminal. */
export function isColoured(
  asked: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if (asked === "always") return true;
  if (asked === "never") return false;
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  if ((env["FORCE_COLOR"] ?? "") !== "") return env["FORCE_COLOR"] !== "0";
  return isTerminal && env["TERM"] !== "dumb";
}
