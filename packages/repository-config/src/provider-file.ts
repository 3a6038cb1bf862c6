import type { ManagedProvider } from "@keywarden/key-format";
import { parseDocument, problemsError } from "./config-document.ts";
import { definitionsIn, readOwnProviders } from "./own-providers.ts";

/**
 * Reads the text of a file that defines providers, either as a list of definitions or as a keywarden.json, so that one
 * file serves every program. Messages call it `name`.
 *
 * @throws ConfigError CONFIG_INVALID with line and column for everything that is not understood.
 */
export function readProviderFile(source: string, name: string): readonly ManagedProvider[] {
  const document = parseDocument(source, name);
  const { value } = document;
  const isList = Array.isArray(value);
  const definitions = isList ? (value as readonly unknown[]) : definitionsIn(value);
  if (definitions === null) {
    const message = "the file must hold a list of providers, alone or as providers of an object";
    throw problemsError(document, [{ path: "", message }], name);
  }
  const { own, problems } = readOwnProviders(definitions, isList ? "" : "providers");
  if (problems.length > 0) throw problemsError(document, problems, name);
  return own;
}
