import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

/** The file that holds `assembly/find-words.ts` as WebAssembly. */
export const codePath = fileURLToPath(new URL("../src/word-finder-code.ts", import.meta.url));

const folder = fileURLToPath(new URL("../assembly/", import.meta.url));
const options = ["-O3", "--runtime", "stub", "--importMemory", "--noAssert"];

/** Assembles it anew and gives the text of that file. */
export async function assemble(): Promise<string> {
  let code: Uint8Array = new Uint8Array();
  const writeFile = (_name: string, contents: Uint8Array | string): void => {
    if (typeof contents !== "string") code = contents;
  };
  const arguments_ = ["find-words.ts", "--baseDir", folder, "-o", "find-words.wasm", ...options];
  const { error } = await main(arguments_, { writeFile });
  if (error !== null) throw error;
  return `/** \`assembly/find-words.ts\` as WebAssembly, in base64; \`npm run assemble -w packages/scan\` writes this file. */
export const wordFinderCode =
  "${Buffer.from(code).toString("base64")}";
`;
}
