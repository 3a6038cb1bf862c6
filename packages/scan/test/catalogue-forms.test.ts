import { deflateSync } from "node:zlib";
import { catalogueProviders, providersOf } from "@keywarden/key-format";
import { makeScanner } from "@keywarden/scan";
import { makePatternKey, sha256, writtenForms } from "@keywarden/testing";
import { describe, expect, it, test } from "vitest";
import { inflate } from "./archives.ts";

const options = { providers: providersOf([]).providers, sha256, inflate };
const thorough = makeScanner({ ...options, isThorough: true });

const spellings = catalogueProviders.flatMap(({ id, patterns = [] }) =>
  patterns.flatMap((pattern) =>
    pattern.variants.map((variant, index) => ({ name: `${id}/${pattern.id} ${index}`, pattern, variant })),
  ),
);

/** The key of a sort, which its checksum tells from everything else. */
function keyOf(format: string, seed = 11): string {
  const spelling = spellings.find(({ name }) => name === `${format} 0`);
  if (spelling === undefined) throw new Error(format);
  return makePatternKey(spelling.pattern, spelling.variant, seed);
}

// Where it costs too much (docs/benchmarks.md, Quality): base64 twice only where the key begins what was encoded.
const costly = new Set(["base64 twice"]);
const texts = spellings.filter(
  ({ pattern, variant }) =>
    pattern.beside === undefined &&
    pattern.services === undefined &&
    pattern.structure === undefined &&
    variant.anchor === 0 &&
    variant.max <= 400 &&
    variant.prefix.length > 3 &&
    /^[0-9A-Za-z_.-]*[_.-][0-9A-Za-z_.-]*$/.test(variant.prefix),
);

describe("a key of the catalogue", () => {
  it.each(Object.entries(writtenForms).filter(([form]) => !costly.has(form)))(
    "is found in place by a thorough scan, whichever it is: %s",
    (_, { encode }) => {
      expect(texts.length).toBeGreaterThan(200);
      const lost = texts.filter(({ pattern, variant }) => {
        const key = makePatternKey(pattern, variant, 11);
        const lead = 'first line\ntoken "';
        const found = thorough.scanBytes(encode(`${lead}${key}" 3f9a`));
        return !found.some(({ secret }) => secret.reveal() === key);
      });
      expect(lost.map(({ name }) => name)).toEqual([]);
    },
  );

  it("is found in base64 twice where it begins what was encoded", () => {
    const twice = (text: string): string =>
      Buffer.from(Buffer.from(text).toString("base64")).toString("base64");
    const key = keyOf("github/classic-pat");
    expect(thorough.scanText(`data: ${twice(`${key}\n`)}`)).toMatchObject([{ encoding: "base64-twice" }]);
  });
});

describe("a GitHub token", () => {
  const key = keyOf("github/classic-pat");
  const [first, second] = [key.slice(0, 20), key.slice(20)];
  it.each([
    ["a soft break of quoted-printable", "quoted-printable", `${"x".repeat(54)} ${first}=\r\n${second}`],
    ["a zero-width space behind the prefix", "invisible-characters", `k: ghp_\u200B${key.slice(4)}`],
    ["a zero-width joiner in the body", "invisible-characters", `k: ${first}\u200D${second}`],
    ["two strings and a plus sign", "joined-strings", `k = "${first}" + "${second}"`],
    ["a folded scalar of YAML", "joined-strings", `k: "${first}\\\n    ${second}"`],
    ["a list that is joined", "string-list", `["ghp", "${key.slice(4)}"].join("_")`],
    [
      "a list over lines",
      "string-list",
      `[\n  'ghp_',\n  '${key.slice(4, 20)}',\n  '${second}',\n]\n  .join('')`,
    ],
    ["a list in Python", "string-list", `"_".join(["ghp", "${key.slice(4)}"])`],
    ["a list in PHP", "string-list", `implode('_', ['ghp', '${key.slice(4)}'])`],
    ["a list in Go", "string-list", `strings.Join([]string{"ghp", "${key.slice(4)}"}, "_")`],
    ["Markdown", "backslash-escaped", `* ghp\\_${key.slice(4)}`],
  ])("is found in %s, once and in place", (_, encoding, text) => {
    const [match, ...more] = thorough.scanText(text);
    expect(match?.secret.reveal()).toBe(key);
    expect(more).toEqual([]);
    expect(match).toMatchObject({ encoding, provider: "github" });
    const place = Buffer.from(text).toString("utf8", match?.start, match?.end);
    expect([place.slice(0, 3), place.slice(-4)]).toEqual(["ghp", key.slice(-4)]);
  });

  it("is found in a dump on its line, whatever byte of the line it begins at", () => {
    for (let lead = 0; lead < 16; lead += 1) {
      const bytes = Buffer.from(`${"x".repeat(15 + lead)} ${key};`);
      const lines = Array.from({ length: Math.ceil(bytes.length / 16) }, (_, index) => {
        const columns =
          bytes
            .subarray(16 * index, 16 * index + 16)
            .toString("hex")
            .match(/.{1,4}/g) ?? [];
        return `${(16 * index).toString(16).padStart(8, "0")}: ${columns.join(" ")}`;
      });
      const found = thorough.scanText(lines.join("\n")).filter(({ secret }) => secret.reveal() === key);
      expect(found).toMatchObject([{ encoding: "hexdump", line: 2 + Math.floor(lead / 16) }]);
    }
  });

  it("is found in a zlib stream", () => {
    expect(thorough.scanBytes(deflateSync(`first line\nkey=${key}\n`))).toMatchObject([
      { member: "zlib", line: 2 },
    ]);
  });
});

test("two strings beside each other are no key where nothing shows that they are one", () => {
  const open = spellings.find(
    ({ pattern, variant }) =>
      pattern.checksum === undefined &&
      pattern.evidence === "high" &&
      variant.max > variant.min &&
      variant.min > 30 &&
      variant.prefix.endsWith("_"),
  );
  if (open === undefined) throw new Error("no format of several lengths");
  const key = makePatternKey(open.pattern, open.variant, 11);
  const middle = Math.floor(key.length / 2);
  const [first, second] = [key.slice(0, middle), key.slice(middle)];
  const found = (text: string): boolean =>
    thorough.scanText(text).some(({ secret }) => secret.reveal() === key);
  expect([found(`"${first}" + "${second}"`), found(`"${first}" "${second}"`)]).toEqual([true, false]);
});
