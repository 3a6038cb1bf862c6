import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CountryFileError } from "../src/usage/country-file-error.ts";
import { readCountryRanges } from "../src/usage/country-ranges.ts";

describe("countries by address", () => {
  const countryOf = readCountryRanges(
    [
      "network,country",
      "# of documentation ranges",
      "192.0.2.0/24,DE",
      "192.0.2.128/25,fr",
      '"198.51.100.7","US"',
      "",
      "2001:db8::/32,JP",
      "2001:db8:1::/48,KR",
    ].join("\r\n"),
  );

  test.each([
    ["192.0.2.1", "DE"],
    ["192.0.2.127", "DE"],
    ["192.0.2.128", "FR"],
    ["192.0.3.0", null],
    ["::ffff:192.0.2.200", "FR"],
    ["198.51.100.7", "US"],
    ["198.51.100.8", null],
    ["2001:db8::1", "JP"],
    ["2001:db8:1::1", "KR"],
    ["2001:db8:2::1", "JP"],
    ["2001:db9::", null],
    ["::", null],
    ["fe80::1%eth0", null],
    ["no address", null],
    ["010.1.2.3", null],
  ])("%s is in %s", (address, country) => {
    expect(countryOf(address)).toBe(country);
    expect(countryOf(address)).toBe(country);
  });

  test.each([
    ["192.0.2.0/24,DE\n192.0.2.0/33,DE", 2],
    ["192.0.2.0/24,DE\nnonsense,DE", 2],
    ["192.0.2.0/24,Germany", 1],
    ["192.0.2.0/24", 1],
  ])("%j is refused, naming the line", (text, line) => {
    expect(() => readCountryRanges(text)).toThrow(CountryFileError);
    expect(() => readCountryRanges(text)).toThrow(`line ${line}:`);
  });

  test("are those of the narrowest range, as a plain search through all of them finds", () => {
    const range = fc.record({
      start: fc.integer({ min: 0, max: 255 }),
      bits: fc.integer({ min: 24, max: 32 }),
      country: fc.constantFrom("DE", "FR", "US", "JP"),
    });
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), (ranges) => {
        // Of the same range twice either may count.
        const unique = [
          ...new Map(ranges.map((one) => [`${one.start >> (32 - one.bits)}/${one.bits}`, one])).values(),
        ];
        const find = readCountryRanges(
          unique.map(({ start, bits, country }) => `10.0.0.${start}/${bits},${country}`).join("\n"),
        );
        for (let last = 0; last < 256; last += 1) {
          const holding = unique
            .filter(({ start, bits }) => last >> (32 - bits) === start >> (32 - bits))
            .toSorted((left, right) => right.bits - left.bits);
          expect(find(`10.0.0.${last}`)).toBe(holding[0]?.country ?? null);
        }
      }),
    );
  });
});
