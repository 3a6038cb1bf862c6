import type { DocumentProblem } from "./check-shape.ts";
import { ConfigError } from "./config-error.ts";
import { JsonSyntaxError, readJsonDocument } from "./json-document.ts";
import type { JsonDocument, DocumentPosition } from "./json-document.ts";

/**
 * Reads the text of a file that users write, which messages call `name`.
 *
 * @throws ConfigError CONFIG_INVALID with the line and column where it stops being JSON.
 */
export function parseDocument(source: string, name: string): JsonDocument {
  try {
    return readJsonDocument(source);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new ConfigError("CONFIG_INVALID", complaint(name, error.message, error.position), { cause: error });
  }
}

/** Makes one error of everything that is wrong with a document, in the order of its lines. */
export function problemsError(
  document: JsonDocument,
  problems: readonly DocumentProblem[],
  name: string,
): ConfigError {
  const lines = problems
    .map(({ path, message }) => ({ message, position: document.positionOf(path) }))
    .sort(({ position: one }, { position: other }) => one.line - other.line || one.column - other.column)
    .map(({ message, position }) => complaint(name, message, position));
  return new ConfigError("CONFIG_INVALID", [...new Set(lines)].join("\n"));
}

// A name in the file may hold line breaks and more that a terminal obeys.
function complaint(name: string, message: string, { line, column }: DocumentPosition): string {
  const shown = message.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${name}:${line}:${column}: ${shown}`;
}
