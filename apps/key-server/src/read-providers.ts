import { readFile } from "node:fs/promises";
import {
  generateKey,
  KeyFormatError,
  providersOf,
  type ManagedProvider,
  type RandomBytes,
} from "@keywarden/key-format";
import { ConfigError, readProviderFile } from "@keywarden/repository-config";
import { tokenPrefix } from "@keywarden/storage";
import { KeyServerError } from "./key-server-error.ts";

const reservedIds = ["v1", "healthz", "readyz", "metrics", "console", "docs"];

/**
 * Gives the built-in providers and those that a file defines, which speak the standard dialect. The file is a list of
 * definitions or a keywarden.json.
 *
 * @throws {@link KeyServerError} SERVER_BAD_PROVIDERS, naming the file, the position in it and the remedy
 */
export async function readProviders(
  path: string | null,
  randomBytes: RandomBytes,
): Promise<readonly ManagedProvider[]> {
  if (path === null) return providersOf([]).managedProviders;
  const own = await readOwn(path);
  const problems = own.flatMap((provider) => [
    ...(reservedIds.includes(provider.id) ? [`the id ${provider.id} is taken; choose another`] : []),
    ...(provider.dialect === "standard" ? [] : [`dialect of ${provider.id}: must be "standard"`]),
    ...unusableFormats(provider, randomBytes).map((why) => `formats of ${provider.id}: ${why}`),
  ]);
  if (problems.length > 0) throw bad(path, problems.join("\n  "));
  return providersOf(own).managedProviders;
}

function unusableFormats(provider: ManagedProvider, randomBytes: RandomBytes): readonly string[] {
  return provider.formats.flatMap((format) => {
    if (format.prefix.startsWith(tokenPrefix)) return [`${tokenPrefix} starts the server's own tokens`];
    try {
      generateKey(format, randomBytes);
      return [];
    } catch (error) {
      if (error instanceof KeyFormatError) return [error.message];
      throw error;
    }
  });
}

async function readOwn(path: string): Promise<readonly ManagedProvider[]> {
  try {
    return readProviderFile(await readFile(path, "utf8"), path);
  } catch (error) {
    if (error instanceof ConfigError) {
      throw new KeyServerError("SERVER_BAD_PROVIDERS", error.message, { cause: error });
    }
    throw bad(path, "cannot be read", error);
  }
}

function bad(path: string, what: string, cause?: unknown): KeyServerError {
  return new KeyServerError("SERVER_BAD_PROVIDERS", `${path}: ${what}`, { cause });
}
