import { fileURLToPath } from "node:url";
import { compileAssembly } from "@keywarden/testing/compile-assembly";

const pathOf = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** The file of the sources that is written by a program. */
export const unpackCodePath = pathOf("src/packs/unpack-code.ts");

/** Gives what it has to hold. */
export const makeUnpackCode = (): Promise<string> =>
  compileAssembly({
    folder: pathOf("assembly/"),
    file: "unpack.ts",
    constant: "unpackCode",
    options: ["--zeroFilledMemory", "--enable", "simd"],
  });
