import { describeSystemError } from "@keywarden/command-line";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RandomBytes } from "@keywarden/key-format";
import { makeDataDirectory } from "@keywarden/storage";
import { KeyServerError } from "./key-server-error.ts";
import type { WebhookSettings } from "./monitoring/webhook.ts";
import type { ServeOptions } from "./options.ts";
import { isCountryDatabase, readCountryDatabase } from "./usage/country-database.ts";
import { CountryFileError } from "./usage/country-file-error.ts";
import { readCountryRanges, type CountryLookup } from "./usage/country-ranges.ts";

/** What usage and monitoring take from the operator's files. */
export interface MonitoringFiles {
  readonly countryOf: CountryLookup | undefined;
  readonly webhooks: WebhookSettings | undefined;
}

/**
 * Reads the ranges of countries and what webhooks are signed with. Without a file of the operator's own the server
 * makes one in its data directory; servers that share a PostgreSQL have to be given the same.
 *
 * @throws {@link KeyServerError} SERVER_BAD_MONITORING, naming the file and what is wrong with it
 */
export async function readMonitoring(
  options: Pick<ServeOptions, "data" | "countriesFile" | "alertOrigins" | "alertSecretFile">,
  randomBytes: RandomBytes,
): Promise<MonitoringFiles> {
  const { data, countriesFile, alertOrigins, alertSecretFile } = options;
  const countryOf = countriesFile === null ? undefined : await readCountries(countriesFile);
  if (alertOrigins.length === 0) return { countryOf, webhooks: undefined };
  const secret =
    alertSecretFile === null ? await ensureSecret(data, randomBytes) : await readSecret(alertSecretFile);
  return { countryOf, webhooks: { origins: alertOrigins, secret } };
}

async function readCountries(path: string): Promise<CountryLookup> {
  const bytes = await read(path, "--countries");
  try {
    // By what is in it: such files are renamed and linked by what keeps them fresh.
    if (!isCountryDatabase(bytes)) return readCountryRanges(bytes.toString("utf8"));
    return await readCountryDatabase(bytes);
  } catch (error) {
    if (!(error instanceof CountryFileError)) throw error;
    throw bad(`--countries: ${path}, ${error.message}`, error);
  }
}

async function readSecret(path: string): Promise<Uint8Array> {
  const text = (await read(path, "--alert-secret")).toString("utf8").trim();
  if (text.length < 32) throw bad(`--alert-secret: ${path} holds less than 32 characters`);
  return Buffer.from(text);
}

async function ensureSecret(directory: string, randomBytes: RandomBytes): Promise<Uint8Array> {
  const path = join(directory, "alert-secret");
  try {
    makeDataDirectory(directory);
    const file = await open(path, "wx", 0o600);
    try {
      await file.writeFile(`${Buffer.from(randomBytes(32)).toString("hex")}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    const exists = error instanceof Error && "code" in error && error.code === "EEXIST";
    if (!exists) throw bad(`cannot write ${path}`, error);
  }
  return readSecret(path);
}

async function read(path: string, flag: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw bad(`${flag}: cannot read ${path}: ${describeSystemError(error)}`, error);
  }
}

function bad(message: string, cause?: unknown): KeyServerError {
  return new KeyServerError("SERVER_BAD_MONITORING", message, cause === undefined ? {} : { cause });
}
