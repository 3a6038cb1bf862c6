import type { FoundExposure } from "@keywarden/inventory";
import { ManagementError } from "@keywarden/management";
import { KeyServerError } from "../../key-server-error.ts";

/** What the GitHub App said, or why nothing is known of exposures. */
export type Exposures =
  | { readonly found: readonly FoundExposure[]; readonly problem: null }
  | { readonly found: null; readonly problem: string };

const FRESH_MS = 10_000;

/** Makes what asks the App, at most once in ten seconds, however many pages are looked at. */
export function makeExposureLook(
  read: (() => Promise<readonly FoundExposure[]>) | undefined,
  now: () => number,
): () => Promise<Exposures> {
  if (read === undefined) return async () => ({ found: null, problem: "no --app-url" });
  let last: { readonly answer: Promise<Exposures>; readonly atMs: number } | null = null;
  return () => {
    if (last === null || now() - last.atMs >= FRESH_MS) last = { answer: look(read), atMs: now() };
    return last.answer;
  };
}

async function look(read: () => Promise<readonly FoundExposure[]>): Promise<Exposures> {
  try {
    return { found: await read(), problem: null };
  } catch (error) {
    if (!(error instanceof ManagementError || error instanceof KeyServerError)) throw error;
    return { found: null, problem: error.message };
  }
}
