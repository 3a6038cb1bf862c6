import { builtInProviders, catalogueProviders, providersOf } from "@keywarden/key-format";
import { makeOwnProvider } from "@keywarden/testing";
import fc from "fast-check";
import { expect, it } from "vitest";
import { makeSurroundings } from "../src/match/surroundings.ts";

const own = makeOwnProvider({ id: "ac", variables: [{ name: "ACME_SHOP_KEY" }] });
const providers = [...builtInProviders, ...catalogueProviders, own];
const words = providers.flatMap(({ id, variables, hosts }) => [
  id,
  ...variables.map(({ name }) => name),
  ...hosts.map(({ host }) => host),
]);
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(...words),
      fc.constantFrom(...words).map((word) => word.replaceAll(/[^A-Za-z0-9]/g, "").toUpperCase()),
      fc.constantFrom(...words).map((word) => word.slice(1)),
      fc.constantFrom("-", "_", ".", "--", " ", "\n", "=", "'", "é", "µ", "x"),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.from(parts.join(""), "latin1"));

it.each([
  ["all made from their list", providers],
  ["the built-in ones", providersOf([]).providers],
  ["the built-in ones and a user's own", providersOf([own]).providers],
])(
  "of %s, names the same around the first candidates, looked at one by one, and around the many that follow",
  (_of, providers) => {
    const often = makeSurroundings(providers);
    for (let use = 0; use < 16; use++) often(Buffer.from("\n"), 0, 1);
    fc.assert(
      fc.property(text, fc.nat(40), (bytes, at) => {
        const start = Math.min(at, bytes.length);
        expect(makeSurroundings(providers)(bytes, start, start)).toEqual(often(bytes, start, start));
      }),
    );
    const [line] = ["AURORA_SOLAR_KEY = "].map((around) => often(Buffer.from(around), 19, 19).line);
    expect(line?.variables).toEqual(["AURORA_SOLAR_KEY"]);
  },
);
