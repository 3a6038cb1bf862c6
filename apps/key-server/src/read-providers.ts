import { readFile } from "node:fs/promises";
import {
  builtInProviders,
  defineProvider,
  generateKey,
  KeyFormatError,
  type ManagedProvider,
  type RandomBytes,
} from "@keywarden/key-format";
import { KeyServerError } from "./key-server-error.ts";
import { TOKEN_PREFIX } from "./auth/authenticate.ts";

const reservedIds = ["v1", "healthz", "docs"];

/**
 * Gives the built-in providers and those that a file defines, which speak the standard dialect.
 *
 * @throws {@link KeyServerError} SERVER_BAD_PROVIDERS, naming the file, the place in it and the way out
 */
export async function readProviders(
  path: string | null,
  randomBytes: RandomBytes,
): Promise<readonly ManagedProvider[]> {
  if (path === null) return builtInProviders;
  const definitions = await readList(path);
  const problems: string[] = [];
  const providers = [...builtInProviders];
  for (const [index, definition] of definitions.entries()) {
    const defined = defineProvider(definition);
    if (!defined.ok) {
      for (const { path: field, message, suggestion } of defined.problems) {
        const hint = suggestion === undefined ? "" : ` (did you mean ${suggestion}?)`;
        problems.push(`provider ${index + 1}, ${field}: ${message}${hint}`);
      }
      continue;
    }
    const { provider } = defined;
    if (reservedIds.includes(provider.id) || providers.some(({ id }) => id === provider.id)) {
      problems.push(`provider ${index + 1}, id: ${provider.id} is taken; choose another`);
    } else if (provider.dialect !== "standard") {
      problems.push(`provider ${index + 1}, dialect: must be "standard"`);
    } else {
      problems.push(
        ...unusableFormats(provider, randomBytes).map((why) => `provider ${index + 1}, formats: ${why}`),
      );
      providers.push(provider);
    }
  }
  if (problems.length > 0) throw bad(path, problems.join("\n  "));
  return providers;
}

function unusableFormats(provider: ManagedProvider, randomBytes: RandomBytes): readonly string[] {
  return provider.formats.flatMap((format) => {
    if (format.prefix.startsWith(TOKEN_PREFIX)) return [`${TOKEN_PREFIX} starts the server's own tokens`];
    try {
      generateKey(format, randomBytes);
      return [];
    } catch (error) {
      if (error instanceof KeyFormatError) return [error.message];
      throw error;
    }
  });
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
