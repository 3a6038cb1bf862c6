import { readFile } from "node:fs/promises";
import { builtInProviders, defineProvider, type ProviderProfile } from "@keywarden/key-format";
import { KeyServerError } from "./key-server-error.ts";

const reservedIds = ["v1", "healthz", "openapi"];

/**
 * Gives the built-in providers and those that a file defines, which speak the standard dialect.
 *
 * @throws {@link KeyServerError} SERVER_BAD_PROVIDERS, naming the file, the place in it and the way out
 */
export async function readProviders(path: string | null): Promise<readonly ProviderProfile[]> {
  if (path === null) return builtInProviders;
  const definitions = await readList(path);
  const problems: string[] = [];
  const providers = [...builtInProviders];
  for (const [index, definition] of definitions.entries()) {
    const defined = defineProvider(definition);
    if (!defined.ok) {
      for (const { path: field, message, suggestion } of defined.problems) {
        const hint = suggestion === undefined ? "" : ` (did you mean ${suggestion}?)`;
        problems.push(`provider ${index + 1}, ${field || "itself"}: ${message}${hint}`);
      }
      continue;
    }
    const { provider } = defined;
    if (reservedIds.includes(provider.id) || providers.some(({ id }) => id === provider.id)) {
      problems.push(`provider ${index + 1}, id: ${provider.id} is taken; choose another`);
    } else if (provider.dialect !== "standard") {
      problems.push(`provider ${index + 1}, dialect: must be "standard"`);
    } else {
      providers.push(provider);
    }
  }
  if (problems.length > 0) throw bad(path, problems.join("\n  "));
  return providers;
}

async function readList(path: string): Promise<readonly unknown[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw bad(path, "cannot be read", error);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw bad(path, "is not JSON", error);
  }
  if (!Array.isArray(parsed)) throw bad(path, "must hold a JSON list of providers");
  return parsed as readonly unknown[];
}

function bad(path: string, what: string, cause?: unknown): KeyServerError {
  return new KeyServerError("SERVER_BAD_PROVIDERS", `${path}: ${what}`, { cause });
}
