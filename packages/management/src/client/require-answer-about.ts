import { ManagementError } from "./management-error.ts";

/**
 * Refuses an answer that names another key or token than the one that was asked about.
 *
 * @throws {@link ManagementError} MANAGEMENT_BAD_ANSWER
 */
export function requireAnswerAbout(id: string, named: string | undefined, what: string): void {
  if (named === undefined || named === id) return;
  const thing = what.endsWith("token") ? "token" : "key";
  throw new ManagementError(
    "MANAGEMENT_BAD_ANSWER",
    `could not ${what}: the answer is about another ${thing}`,
  );
}
