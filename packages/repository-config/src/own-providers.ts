import {
  builtInProviders,
  catalogueProviders,
  defineProvider,
  findOverlap,
  keywarden,
  suggest,
} from "@keywarden/key-format";
import type { ManagedProvider } from "@keywarden/key-format";
import type { DocumentProblem } from "./check-shape.ts";

/** Gives the definitions in a parsed keywarden.json; `null` if `providers` is not a list. */
export function definitionsIn(value: unknown): readonly unknown[] | null {
  const holdsList =
    typeof value === "object" && value !== null && "providers" in value && Array.isArray(value.providers);
  return holdsList ? (value.providers as readonly unknown[]) : null;
}

/**
 * Reads the providers that a user defines, with everything that is wrong with them; `path` is where their list is, and
 * `fields` are those of the catalogue that are searched for beside them: all unless given.
 */
export function readOwnProviders(
  definitions: readonly unknown[],
  path: string,
  fields?: readonly string[],
): { readonly own: readonly ManagedProvider[]; readonly problems: readonly DocumentProblem[] } {
  const own: ManagedProvider[] = [];
  const problems: DocumentProblem[] = [];
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
    if (problem === null) {
      const overlap = problemOfOverlap(result.provider, own, fields);
      if (overlap !== null)
        problems.push({
          path: `${here}${overlap.path}`,
          message: `${here}${overlap.path}: ${overlap.message}`,
        });
      own.push(result.provider);
    } else problems.push({ path: `${here}.id`, message: `${here}.id: ${problem}` });
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

/** Says where nothing would tell whose a key is; the evidence would name one provider, and it could be the other's. */
function problemOfOverlap(
  provider: ManagedProvider,
  own: readonly ManagedProvider[],
  fields: readonly string[] | undefined,
): DocumentProblem | null {
  const searched = catalogueProviders.filter(
    ({ id, field = "" }) => id !== provider.id && (fields === undefined || fields.includes(field)),
  );
  const overlap = findOverlap(provider, [...builtInProviders, keywarden, ...own, ...searched]);
  if (overlap === null) return null;
  const { other, name, id } = overlap;
  if (other === provider) {
    const message = `a key can fit this and ${name} (${id}), of which one is secret and the other is not: narrow one of the two`;
    return { path: overlap.path.slice(1), message };
  }
  const remedy =
    other.field === undefined
      ? "narrow one of the two, or describe both as formats with a prefix and a body, which are ranked"
      : `narrow it, call the provider ${JSON.stringify(other.id)} to take its place, or leave ${other.field} out of catalogue`;
  return {
    path: overlap.path.slice(1),
    message: `a key can fit this and ${other.name}'s ${name} (${id}), and nothing in it tells whose it is: ${remedy}`,
  };
}
