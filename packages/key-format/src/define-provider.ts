import type { ProviderProfile } from "./profile.ts";

/** What is wrong with a definition, and where. */
export interface DefinitionProblem {
  /** JSON path from `$`, the whole definition. */
  readonly path: string;
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string;
}

export type ProviderDefinition =
  | { readonly ok: true; readonly provider: ProviderProfile }
  | { readonly ok: false; readonly problems: readonly DefinitionProblem[] };

export function defineProvider(input: unknown): ProviderDefinition {
  return { ok: true, provider: input as ProviderProfile };
}
