import { builtInProviders, defineProvider, keywarden, suggest } from "@keywarden/key-format";
import type { ManagedProvider } from "@keywarden/key-format";
import type { Problem } from "./check-shape.ts";

/** Gives the definitions in a parsed keywarden.json; `null` if `providers` is not a list. */
export function definitionsIn(value: unknown): readonly unknown[] | null {
  const holdsList =
    typeof value === "object" && value !== null && "providers" in value && Array.isArray(value.providers);
  return holdsList ? (value.providers as readonly unknown[]) : null;
}

/** Reads the providers that a user defines, with everything that is wrong with them; `path` is where their list is. */
export function readOwnProviders(
  definitions: readonly unknown[],
  path: string,
): { readonly own: readonly ManagedProvider[]; readonly problems: readonly Problem[] } {
  const own: ManagedProvider[] = [];
  const problems: Problem[] = [];
  for (const [index, definition] of definitions.entries()) {
    const here = `${path}[${index}]`;
    const result = defineProvider(definition);
    if (!result.ok) {
      for (const { path: inner, message, suggestion } of result.problems) {
        const full = `${here}${inner.slice(1)}`;
        problems.push({
          path: full,
          message: `${full}: ${message.replaceAll("$.", () => `${here}.`)}${suggest(suggestion)}`,
        });
      }
      continue;
    }
    const problem = problemOfId(result.provider.id, own);
    if (problem === null) own.push(result.provider);
    else problems.push({ path: `${here}.id`, message: `${here}.id: ${problem}` });
  }
  return { own, problems };
}

function problemOfId(id: string, own: readonly ManagedProvider[]): string | null {
  const isTheirs = (provider: { readonly id: string }): boolean => provider.id === id;
  const quoted = JSON.stringify(id);
  if ([...builtInProviders, keywarden].some(isTheirs))
    return `${quoted} is a built-in provider, which cannot be redefined`;
  return own.some(isTheirs) ? `${quoted} is already defined above` : null;
}
