import { coversRanges, makeAddressList } from "@keywarden/verifier";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("ranges within ranges", () => {
  it.each<[outer: string[], inner: string[], is: boolean]>([
    [["10.0.0.0/8"], ["10.1.0.0/16"], true],
    [["10.0.0.0/8"], ["10.0.0.0/8"], true],
    [["10.0.0.0/8"], ["10.255.255.255"], true],
    [["10.0.0.0/8"], ["11.0.0.0"], false],
    [["10.1.0.0/16"], ["10.0.0.0/8"], false],
    [["10.1.2.3/8"], ["10.200.0.0/16"], true],
    [["10.0.0.0/9", "10.128.0.0/9"], ["10.0.0.0/8"], true],
    [["10.0.0.0/9", "10.129.0.0/16"], ["10.0.0.0/8"], false],
    [["10.0.0.0/8", "192.168.0.0/16"], ["192.168.7.0/24", "10.9.0.0/16"], true],
    [["10.0.0.0/8"], ["10.9.0.0/16", "0.0.0.0/0"], false],
    [["0.0.0.0/0"], ["255.255.255.255"], true],
    [["0.0.0.0/0"], ["::1"], false],
    [["::/0"], ["1.2.3.4", "2001:db8::/32"], true],
    [["2001:db8::/32"], ["2001:0DB8:0:1::/64", "2001:db8::1"], true],
    [["2001:db8::/32"], ["2001:db9::/64"], false],
    [["2001:db8:0:1::/64"], ["2001:db8::/32"], false],
    [["10.0.0.0/8"], ["::ffff:10.1.0.0/112"], true],
    [["::ffff:10.0.0.0/104"], ["10.1.0.0/16"], true],
    [["10.0.0.0", "10.0.0.2"], ["10.0.0.0/31"], false],
    [["10.0.0.0", "10.0.0.1"], ["10.0.0.0/31"], true],
    [["1.0.0.0/8", "3.0.0.0/8", "5.0.0.0/8", "6.0.0.0/8"], ["3.0.0.0/8", "5.255.0.0/16", "6.0.0.0/8"], true],
    [["6.0.0.0/8", "5.0.0.0/8", "5.1.0.0/16"], ["6.0.0.0/8"], true],
    [["fe80::/10"], ["fe80::1%eth0"], true],
    [["fe80::1"], ["fe80::1%eth0", "fe80::1%1"], true],
    [[], ["10.0.0.1"], false],
    [["10.0.0.1"], [], true],
  ])("%j covers %j: %s", (outer, inner, is) => {
    expect(coversRanges(outer, inner)).toBe(is);
  });

  it.each(["10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "10.0.0.0/x", "host"])(
    "%j is no range",
    (text) => {
      expect(() => coversRanges([text], [])).toThrow("neither an IP address nor a range");
    },
  );
});

/** Numbers from a small part of either family, so that ranges meet. */
const address = fc
  .tuple(fc.boolean(), fc.nat({ max: 1023 }))
  .map(([isFour, low]) => ({ isFour, low: isFour ? low : low % 512 }));
const textOf = ({ isFour, low }: { readonly isFour: boolean; readonly low: number }): string =>
  isFour ? `10.0.${low >> 8}.${low & 255}` : `2001:db8::${low.toString(16)}`;
const range = fc
  .tuple(address, fc.integer({ min: 0, max: 10 }))
  .map(([base, free]) => `${textOf(base)}/${(base.isFour ? 32 : 128) - free}`);

describe("ranges that are covered", () => {
  it("are those of which every address is in the outer ones", () => {
    const every = [true, false].flatMap((isFour) =>
      Array.from({ length: 1024 }, (_, low) => textOf({ isFour, low })),
    );
    fc.assert(
      fc.property(
        fc.array(range, { maxLength: 4 }),
        fc.array(range, { minLength: 1, maxLength: 2 }),
        (outer, inner) => {
          const [allowed, asked] = [makeAddressList(outer), makeAddressList(inner)];
          const areIn = every.filter((one) => asked.has(one)).every((one) => allowed.has(one));
          expect(coversRanges(outer, inner)).toBe(areIn);
        },
      ),
      { numRuns: 150 },
    );
  });
});
