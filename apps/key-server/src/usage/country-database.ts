import { isIP } from "node:net";
import type { CountryResponse } from "mmdb-lib";
import { CountryFileError } from "./country-file-error.ts";
import type { CountryLookup } from "./country-ranges.ts";

/** With what the description of such a database begins, in its last 128 KiB. */
const marker = Buffer.from("\u{ab}\u{cd}\u{ef}MaxMind.com", "latin1");
const MARKER_WITHIN = 128 * 1024;
const MOST_REMEMBERED = 10_000;

/** Whether bytes are a database in MaxMind's format, whoever made it. */
export function isCountryDatabase(bytes: Buffer): boolean {
  return bytes.subarray(-MARKER_WITHIN - marker.length).includes(marker);
}

/**
 * Reads a database of countries or cities in MaxMind's format.
 *
 * @throws {@link CountryFileError} where it is damaged
 */
export async function readCountryDatabase(bytes: Buffer): Promise<CountryLookup> {
  const { default: mmdb } = await import("mmdb-lib");
  const countryIn = attempt(() => {
    const reader = new mmdb.Reader<CountryResponse>(bytes);
    return (address: string): string | null => {
      const found = reader.get(address);
      // Where an address is, or else whose it is.
      const code = found?.country?.iso_code ?? found?.registered_country?.iso_code ?? "";
      return /^[A-Z]{2}$/.test(code) ? code : null;
    };
  });
  // Damage deeper inside is met at the first look-up, and that is better now than later.
  attempt(() => [countryIn("192.0.2.1"), countryIn("198.51.100.1")]);
  const known = new Map<string, string | null>();
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
    if (isIP(plain) === 0 || plain.includes("%")) return null;
    const remembered = known.get(plain);
    if (remembered !== undefined) return remembered;
    const country = countryOrNone(countryIn, plain);
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(plain, country);
    return country;
  };
}

// A request is not refused because a file of countries is damaged somewhere.
function countryOrNone(countryIn: (address: string) => string | null, address: string): string | null {
  try {
    return countryIn(address);
  } catch {
    return null;
  }
}

function attempt<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new CountryFileError("the database is damaged; fetch it again", { cause: error });
  }
}
