import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { mitLicence } from "./mit-licence.ts";

/** A package of the registry whose code is inside a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** The SPDX expression of its manifest. */
  readonly licence: string;
  /** The texts that its licence asks to be handed on: its LICENSE and NOTICE files, in the order of their names. */
  readonly notices: readonly string[];
  /** Its folder below the root of the repository, such as `node_modules/zod`: its name in package-lock.json. */
  readonly folder: string;
}

// Each of these may be copied into a program under Apache-2.0, as long as its notice goes along.
const allowedLicences = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "ISC",
  "MIT",
  "MIT-0",
]);

// These say MIT in their manifests, name their authors, and come without the text.
const copyrightLines: Readonly<Record<string, string>> = {
  "abstract-logging": "Copyright (c) James Sumners",
  "yoga-layout": "Copyright (c) Meta Platforms, Inc. and affiliates.",
};

/**
 * Lists the packages that a bundle's files come from, sorted by name and version.
 *
 * `files` are paths below `root`, as esbuild's metafile has them.
 *
 * @throws Error when a package has no licence text, or a licence that is not on the list of allowed ones.
 */
export function listBundledPackages(root: string, files: Iterable<string>): readonly BundledPackage[] {
  const folders = new Set<string>();
  for (const file of files) {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
    if (folder !== undefined) folders.add(folder);
  }
  return Array.from(folders, (folder) => readPackage(root, folder)).sort(
    (a, b) => compare(a.name, b.name) || compare(a.version, b.version),
  );
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

function readPackage(root: string, folder: string): BundledPackage {
  const path = resolve(root, folder);
  const {
    name,
    version,
    license: licence = "",
  } = JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as Manifest;
  if (!allowedLicences.has(licence)) {
    throw new Error(
      `${name} ${version} has the licence "${licence}", which is not on the list of allowed ones`,
    );
  }
  const notices = readNotices(path);
  const copyright = copyrightLines[name];
  if (notices.length === 0 && licence === "MIT" && copyright !== undefined)
    notices.push(mitLicence(copyright));
  if (notices.length === 0) throw new Error(`${name} ${version} comes without the text of its licence`);
  return { name, version, licence, notices, folder };
}

function readNotices(path: string): string[] {
  const names = readdirSync(path).sort(compare);
  const read = (file: string): string => readFileSync(join(path, file), "utf8").trim();
  const texts = names.filter((name) => /^(licen[cs]e|notice|copying)([.-]|$)/i.test(name)).map(read);
  if (texts.length > 0) return texts;
  // Older packages have the text at the end of their README only.
  return names
    .filter((name) => /^readme\.md$/i.test(name))
    .map(
      (name) => /^#+ licen[cs]e\s+([^]*\bpermission is hereby granted\b[^]*)$/im.exec(read(name))?.[1] ?? "",
    )
    .filter((text) => text !== "");
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
