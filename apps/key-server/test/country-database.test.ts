import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRandom, makeTemporaryDirectory } from "@keywarden/testing";
import { expect, test } from "vitest";
import { readMonitoring } from "../src/read-monitoring.ts";
import { makeCountryDatabase } from "./make-country-database.ts";

async function lookUpWith(bytes: Uint8Array) {
  using directory = makeTemporaryDirectory();
  const countriesFile = join(directory.path, "countries");
  writeFileSync(countriesFile, bytes);
  const options = { data: directory.path, countriesFile, alertOrigins: [], alertSecretFile: null };
  return (await readMonitoring(options, makeRandom(1))).countryOf;
}

const database = makeCountryDatabase({ "192.0.0.0/8": "DE", "10.0.0.0/8": "FR" });

test("a database in MaxMind's format says the country of an address, whatever the file is called", async () => {
  const countryOf = await lookUpWith(database);
  const asked = ["192.0.2.1", "10.1.2.3", "::ffff:10.1.2.3", "11.0.0.1", "not an address", "2001:db8::1"];
  expect(asked.map((address) => countryOf?.(address))).toEqual(["DE", "FR", "FR", null, null, null]);
  // The second answer comes from memory.
  expect(countryOf?.("192.0.2.1")).toBe("DE");
});

test("one that is damaged is refused with a sentence, and damage further inside costs a country, no request", async () => {
  const description = database.subarray(database.lastIndexOf(Buffer.from("MaxMind.com", "latin1")) - 3);
  await expect(lookUpWith(Buffer.concat([Buffer.alloc(4), description]))).rejects.toThrow(
    /countries, the database is damaged; fetch it again/,
  );
});
