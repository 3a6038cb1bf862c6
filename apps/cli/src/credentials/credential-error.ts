import { CliError } from "../cli-error.ts";

/** A token that cannot be read from where it is kept, or kept there. */
export function credentialError(why: string, cause?: unknown): CliError {
  const sentence = why.replace(/[\p{Cc}\s]+/gu, " ").replace(/\.$/, "");
  return new CliError("CLI_CREDENTIALS", `${sentence}.`, { cause });
}
