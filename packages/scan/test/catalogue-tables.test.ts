import { readFileSync } from "node:fs";
import { catalogueFields, catalogueProviders } from "@keywarden/key-format";
import { schemaProblems } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

const schema = JSON.parse(
  readFileSync(new URL("../../key-format/src/catalogue/catalogue.schema.json", import.meta.url), "utf8"),
) as object;
const formats = Object.values(catalogueFields).flatMap(({ providers }) =>
  providers.flatMap((one) => one.formats),
);

describe("the catalogue", () => {
  it.each(Object.entries(catalogueFields))("has tables of its schema: %s", (_, table) => {
    expect(schemaProblems(schema, table)).toEqual([]);
  });

  it("knows at least 250 formats of 170 providers, each provider once", () => {
    expect(formats.length).toBeGreaterThanOrEqual(250);
    expect(new Set(catalogueProviders.map(({ id }) => id)).size).toBe(catalogueProviders.length);
    expect(catalogueProviders.length).toBeGreaterThanOrEqual(170);
  });

  it("says of nearly every format whether GitHub's push protection stops it, and where its provider writes of it", () => {
    expect(formats.filter(({ pushProtection }) => pushProtection === true).length).toBeGreaterThan(130);
    // GitHub's list holds what the text alone tells.
    const alone = formats.filter(({ services }) => services === undefined);
    expect(alone.filter(({ pushProtection }) => pushProtection === undefined).length).toBeLessThan(80);
    const { services: small, ...described } = catalogueFields;
    expect(small?.providers.length).toBeGreaterThan(300);
    const providers = Object.values(described).flatMap((table) => table.providers);
    expect(providers.filter(({ docs }) => docs === undefined).map(({ id }) => id)).toEqual([
      "scalr",
      "sidekiq",
      "any-provider",
    ]);
  });

  it("names no address that was not checked, and a file or a page as each source", () => {
    const file = readFileSync(new URL("../../key-format/sources.tsv", import.meta.url), "utf8");
    const [, ...rows] = file.trimEnd().split("\n");
    const checked = new Map(rows.map((row) => row.split("\t") as [string, string]));
    const providers = Object.values(catalogueFields).flatMap((table) => table.providers);
    const pages = providers.flatMap(({ docs }) => docs ?? []);
    expect(new Set(checked.keys())).toEqual(new Set([...formats.map(({ source }) => source), ...pages]));
    const how =
      /^(file at [0-9a-f]{8}|file in the index|named by \S+|named in the index|states the (form|prefix))$/;
    expect([...checked].filter(([, by]) => !how.test(by))).toEqual([]);
    // A repository or a folder of one says nothing of one sort.
    const known = /^https:\/\/(?!github\.com\/)|^https:\/\/github\.com\/[^/]+\/[^/]+\/(blob\/|wiki\/)/;
    expect(formats.filter(({ source }) => !known.test(source)).map(({ source }) => source)).toEqual([]);
  });

  it("has a record of what public rules say of each sort, and of no other", () => {
    const file = readFileSync(new URL("../../key-format/checked.tsv", import.meta.url), "utf8");
    const [, ...rows] = file.trimEnd().split("\n");
    const ids = Object.values(catalogueFields).flatMap(({ providers }) =>
      providers.flatMap((provider) => provider.formats.map(({ id }) => `${provider.id}/${id}`)),
    );
    expect(new Set(rows.map((row) => row.split("\t")[0]))).toEqual(new Set(ids));
    const wholly = rows.map((row) => row.split("\t")[1]?.split(" ") ?? []).filter(([one]) => one !== "-");
    const byTwo = wholly.filter((sets) => sets.length > 1).length;
    const told = readFileSync(new URL("../../../docs/key-formats.md", import.meta.url), "utf8");
    expect(told.replace(/\s+/g, " ")).toContain(
      `Of ${rows.length} sorts ${wholly.length} are accepted as a whole by at least one of them, ${byTwo} of these by two or more`,
    );
  });

  it("lets a wrong checksum speak against a key only where it was confirmed on real ones", () => {
    const confirmed = formats.filter(({ checksum }) => checksum?.confirmed === true);
    expect(confirmed.length).toBeGreaterThan(8);
    expect(formats.find(({ id }) => id === "fine-grained-pat")?.checksum).toBeUndefined();
  });

  // In a few megabytes of base64 three given letters stand behind a `+` or `/` by chance, as they did in Node's binary.
  it("is sure of no run of any length behind three letters alone", () => {
    const bare = formats.filter(
      ({ pattern, checksum, beside }) =>
        checksum === undefined &&
        beside === undefined &&
        [pattern].flat().some((one) => /^[A-Za-z0-9]{1,3}\{[a-z0-9]+:\d+-\d+\}$/.test(one)),
    );
    expect(bare.length).toBeGreaterThan(1);
    expect(bare.filter(({ evidence }) => evidence !== "low")).toEqual([]);
  });
});
