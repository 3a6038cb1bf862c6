import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { providersOf } from "@keywarden/key-format";
import { main } from "assemblyscript/asc";
import { deriveForms } from "../src/decoders/forms/anchor-forms.ts";

/** A file of the sources that is written by a program, and what that writes. */
export interface GeneratedFile {
  readonly path: string;
  readonly make: () => Promise<string>;
}

const pathOf = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

export const generatedFiles: readonly GeneratedFile[] = [
  {
    path: pathOf("src/search/word-finder-code.ts"),
    make: async () => makeCode("find-words.ts", "wordFinderCode", []),
  },
  {
    path: pathOf("src/search/gram-finder-code.ts"),
    make: async () => makeCode("find-grams.ts", "gramFinderCode", ["--enable", "simd"]),
  },
  { path: pathOf("src/decoders/forms/built-in-forms.ts"), make: makeForms },
];

export const isCurrent = async ({ path, make }: GeneratedFile): Promise<boolean> =>
  (await readFile(path, "utf8")) === (await make());

async function makeCode(source: string, name: string, more: readonly string[]): Promise<string> {
  let code: Uint8Array = new Uint8Array();
  const writeFile = (_name: string, contents: Uint8Array | string): void => {
    if (typeof contents !== "string") code = contents;
  };
  const options = ["-O3", "--runtime", "stub", "--importMemory", "--noAssert", ...more];
  const place = [source, "--baseDir", pathOf("assembly"), "-o", `${source}.wasm`];
  const { error } = await main([...place, ...options], { writeFile });
  if (error !== null) throw error;
  return `/** \`assembly/${source}\` as WebAssembly, in base64; \`npm run generate -w packages/scan\` writes this file. */
export const ${name} =
  "${Buffer.from(code).toString("base64")}";
`;
}

async function makeForms(): Promise<string> {
  const prefixes = new Set(
    providersOf([])
      .providers.flatMap(({ formats }) => formats.map(({ prefix }) => prefix))
      .sort(),
  );
  const forms = Object.fromEntries(Array.from(prefixes, (prefix) => [prefix, deriveForms(prefix)]));
  return `/** What the prefixes of the built-in providers look like, as JSON; \`npm run generate -w packages/scan\` writes this file. */
export const builtInForms =
  '${JSON.stringify(forms).replaceAll("\\", "\\\\").replaceAll("'", "\\'")}';
`;
}
