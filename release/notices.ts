import type { BundledPackage } from "./bundled-packages.ts";

/** Writes the text of THIRD-PARTY-NOTICES: each bundled package with its licence; the same text is printed once. */
export function writeNotices(program: string, packages: readonly BundledPackage[]): string {
  const byText = new Map<string, BundledPackage[]>();
  for (const each of packages) {
    const text = each.notices.join("\n\n");
    byText.set(text, [...(byText.get(text) ?? []), each]);
  }
  const rule = "-".repeat(80);
  const sections = Array.from(byText, ([text, users]) => {
    const names = users.map(({ name, version, licence }) => `${name} ${version} (${licence})`);
    return `${rule}\n\n${names.join("\n")}\n\n${text}\n`;
  });
  const head = `The program ${program} contains the code of ${packages.length} other packages. Their licences follow.\n`;
  return [head, ...sections].join("\n");
}
