import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { providersOf } from "@keywarden/key-format";
import { compileAssembly } from "@keywarden/testing/compile-assembly";
import { base64 } from "../src/decoders/digit-code.ts";
import { deriveForms } from "../src/decoders/forms/anchor-forms.ts";
import { unwrappedForms } from "../src/decoders/forms/digit-forms.ts";
import { readInDigits } from "../src/decoders/make-decoders.ts";
import { groupByPrefix } from "../src/match/key-prefix.ts";

/** A file of the sources that is written by a program, and what that writes. */
export interface GeneratedFile {
  readonly path: string;
  readonly make: () => Promise<string>;
}

const pathOf = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

export const generatedFiles: readonly GeneratedFile[] = [
  {
    path: pathOf("src/search/needle-finder-code.ts"),
    make: () =>
      makeCode("find-needles.ts", "needleFinderCode", ["--enable", "simd", "--enable", "relaxed-simd"]),
  },
  { path: pathOf("src/decoders/forms/built-in-forms.ts"), make: makeForms },
];

export const isCurrent = async ({ path, make }: GeneratedFile): Promise<boolean> =>
  (await readFile(path, "utf8")) === (await make());

const makeCode = (file: string, constant: string, options: readonly string[]): Promise<string> =>
  compileAssembly({ folder: pathOf("assembly/"), file, constant, options });

async function makeForms(): Promise<string> {
  const prefixes = groupByPrefix(providersOf([]).providers).toSorted(({ text: one }, { text: other }) =>
    one < other ? -1 : 1,
  );
  const ofFormats = prefixes.filter(({ formats }) => formats.length > 0);
  const ofPatterns = prefixes.filter((prefix) => prefix.formats.length === 0 && readInDigits(prefix));
  const forms = ofFormats.map(({ text }) => [text, deriveForms(text)] as const);
  const unwrapped = ofPatterns.map(({ text }) => [text, unwrappedForms(base64, text)] as const);
  return `// \`npm run generate -w packages/scan\` writes this file.

/** What the prefixes of the built-in providers look like, as JSON. */
export const builtInForms =
  ${quote(Object.fromEntries(forms))};

/** What base64 makes of the texts that lead to the patterns of the catalogue, as JSON. */
export const builtInUnwrappedForms =
  ${quote(Object.fromEntries(unwrapped))};
`;
}

const quote = (value: unknown): string =>
  `'${JSON.stringify(value).replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
