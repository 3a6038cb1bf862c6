import { builtInProviders, defineProvider } from "@keywarden/key-format";
import type { ProviderProfile } from "@keywarden/key-format";
import { CliError } from "../cli-error.ts";
import { nearestWord } from "../nearest-word.ts";
import { JsonSyntaxError, readJsonDocument } from "./json-document.ts";
import type { JsonDocument } from "./json-document.ts";

/** What keywarden.json says, together with what holds without it. */
export interface Config {
  /** The built-in providers, then the user's own. */
  readonly providers: readonly ProviderProfile[];
}

export const configFile = "keywarden.json";

export const standardConfig: Config = { providers: builtInProviders };

const properties = ["$schema", "providers"];

/**
 * Reads the text of a keywarden.json.
 *
 * @throws CliError CLI_CONFIG with line and way out for anything that is not understood: a configuration that is
 * read in part would be a smaller scan that looks like a whole one.
 */
export function readConfig(source: string): Config {
  const document = parse(source);
  const { value } = document;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrong(document, "", 'the document must be an object, such as { "providers": [] }');
  }
  for (const name of Object.keys(value)) {
    if (properties.includes(name)) continue;
    const nearest = nearestWord(name, properties);
    const wayOut =
      nearest === null ? `known are ${properties.join(" and ")}` : `did you mean ${JSON.stringify(nearest)}?`;
    throw wrong(document, name, `unknown property ${JSON.stringify(name)}; ${wayOut}`);
  }
  const definitions = "providers" in value ? value.providers : [];
  if (!Array.isArray(definitions)) throw wrong(document, "providers", "providers must be a list");
  const own = definitions.map((definition: unknown, index) => readProvider(document, definition, index));
  const ids = builtInProviders.map(({ id }) => id);
  for (const [index, { id }] of own.entries()) {
    if (ids.includes(id)) {
      throw wrong(document, `providers[${index}].id`, `there is already a provider ${JSON.stringify(id)}`);
    }
    ids.push(id);
  }
  return { providers: [...builtInProviders, ...own] };
}

function parse(source: string): JsonDocument {
  try {
    return readJsonDocument(source);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const { line, column } = error.place;
    throw new CliError("CLI_CONFIG", `${configFile}:${line}:${column}: ${error.message}`, { cause: error });
  }
}

function readProvider(document: JsonDocument, definition: unknown, index: number): ProviderProfile {
  const result = defineProvider(definition);
  if (result.ok) return result.provider;
  const problems = result.problems.map(({ path, message, suggestion }) => {
    const inner = path.replace(/^\$?\.?/, "");
    const full = `providers[${index}]${inner === "" || inner.startsWith("[") ? "" : "."}${inner}`;
    const { line, column } = document.placeOf(full);
    const meant = suggestion === undefined ? "" : ` (did you mean ${JSON.stringify(suggestion)}?)`;
    return `${configFile}:${line}:${column}: ${full}: ${message}${meant}`;
  });
  throw new CliError("CLI_CONFIG", problems.join("\n"));
}

function wrong(document: JsonDocument, path: string, message: string): CliError {
  const { line, column } = document.placeOf(path);
  return new CliError("CLI_CONFIG", `${configFile}:${line}:${column}: ${message}`);
}
