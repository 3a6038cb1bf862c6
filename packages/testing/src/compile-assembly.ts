import { main } from "assemblyscript/asc";

/** A file in AssemblyScript, and the constant that its package keeps it as. */
export interface AssemblySource {
  /** Ends in a slash. */
  readonly folder: string;
  readonly file: string;
  readonly constant: string;
  readonly options?: readonly string[];
}

/** Gives the file of TypeScript that holds the source as WebAssembly. */
export async function compileAssembly(source: AssemblySource): Promise<string> {
  const { folder, file, constant, options = [] } = source;
  let code: Uint8Array = new Uint8Array();
  const writeFile = (_name: string, contents: Uint8Array | string): void => {
    if (typeof contents !== "string") code = contents;
  };
  const all = ["-O3", "--runtime", "stub", "--importMemory", "--noAssert", ...options];
  const { error } = await main([file, "--baseDir", folder, "-o", `${file}.wasm`, ...all], { writeFile });
  if (error !== null) throw error;
  const [name = ""] = /[^/]+(?=\/assembly\/$)/.exec(folder) ?? [];
  return `/** \`assembly/${file}\` as WebAssembly, in base64; \`npm run generate -w packages/${name}\` writes this file. */
export const ${constant} =
  "${Buffer.from(code).toString("base64")}";
`;
}
