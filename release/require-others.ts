import { readFileSync, writeFileSync } from "node:fs";

const loads = "var __load=async(file)=>require(file);\n";

/**
 * Has a bundle in CommonJS require the bundles beside it where it would import them: to import one, Node first starts
 * another loader and looks through the whole file for the names that it exports.
 */
export function requireOthers(bundle: string): void {
  const text = readFileSync(bundle, "utf8");
  const written = text.replaceAll(/\bimport\((?="\.\/[a-z]+\.cjs"\))/g, "__load(");
  if (written !== text) writeFileSync(bundle, loads + written);
}
