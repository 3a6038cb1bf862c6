import { posix } from "node:path";
import { readImages, type Image, type ImageLayer } from "./read-images.ts";
import { asList, asObject, asText, parseJson } from "./json-value.ts";

/** What a walk through the archive of an image has seen. */
export interface SeenEntries {
  /** Where each entry at the top of the archive leads to: itself, or what it is a link to. */
  readonly links: ReadonlyMap<string, string | null>;
  /** Those that are archives of files, or empty as an archive without files is. */
  readonly archives: ReadonlySet<string>;
  readonly texts: ReadonlyMap<string, string>;
  /** What layers delete: by the layer, the paths without `.wh.`; a folder that is emptied ends with `/`. */
  readonly deletions: ReadonlyMap<string, ReadonlySet<string>>;
}

/** A part of an image's config that people know by name. */
export interface ConfigPart {
  readonly config: string;
  readonly member: string;
  /** Says what it is: `the environment variable API_KEY`. */
  readonly what: string;
  readonly text: string;
}

/** What is known of the archive of an image, or of several. */
export interface ImageDescription {
  /** The name that people know a file at the top of the archive by: `layer 2 of 5`; null where it has none. */
  readonly labelOf: (path: string) => string | null;
  /** Says of a file in a layer what made it and what became of it: `made by COPY . /app`; empty where nothing is known. */
  readonly storyOf: (layer: string, path: string) => string;
  readonly configParts: readonly ConfigPart[];
  /** What the images consist of and the archive does not hold, or not in a form that was read. */
  readonly missing: readonly { readonly location: string; readonly reason: string }[];
  /** Images that the archive names and does not hold, beside one that it holds. */
  readonly absent: readonly string[];
}

/** Describes the images of an archive; null where it holds none. */
export function describeImages(seen: SeenEntries): ImageDescription | null {
  const { images, absent } = readImages(seen.texts);
  if (images.length === 0 && absent.length === 0) return null;
  const positionOf = (path: string): string | null => {
    const target = seen.links.get(path);
    if (target === undefined) return null;
    if (target === null) return path;
    const resolved = posix.join(posix.dirname(path), target);
    return seen.links.get(resolved) === null ? resolved : null;
  };
  const labels = new Map<string, string>();
  const layers = new Map<string, { readonly image: Image; readonly index: number }>();
  const missing: { location: string; reason: string }[] = [];
  for (const image of images) {
    const of = images.length === 1 ? "" : ` of ${image.name}`;
    if (seen.texts.has(image.config)) labels.set(image.config, `config${of}`);
    else
      missing.push({ location: `config of ${image.name}`, reason: "it is not in the archive, or too large" });
    for (const [index, layer] of image.layers.entries()) {
      const label = `layer ${index + 1} of ${image.layers.length}${of}`;
      const position = positionOf(layer.path);
      const reason = describeGap(layer, position, seen);
      if (reason !== null) missing.push({ location: label, reason });
      if (position === null || layers.has(position)) continue;
      labels.set(position, label);
      layers.set(position, { image, index });
    }
  }
  // An image for one platform is saved without those for others; with none of them nothing was read.
  if (images.length === 0) missing.push(...absent.map((location) => ({ location, reason: notHeld })));
  return {
    labelOf: (path) => labels.get(path) ?? null,
    storyOf: (path, file) => {
      const found = layers.get(path);
      if (found === undefined) return "";
      const { image, index } = found;
      const madeBy = image.layers[index]?.madeBy ?? "";
      const later = image.layers.findIndex(
        (layer, at) => at > index && deletes(seen.deletions.get(positionOf(layer.path) ?? ""), file),
      );
      return [
        ...(madeBy === "" ? [] : [`made by ${shortStep(madeBy)}`]),
        ...(later === -1 ? [] : [`deleted in layer ${later + 1} and still in the image`]),
      ].join(", ");
    },
    configParts: images.flatMap((image) => partsOf(image.config, seen.texts.get(image.config) ?? "")),
    missing,
    absent: images.length === 0 ? [] : absent,
  };
}

/** What is said of an image that its archive names only. */
export const notHeld = "the archive names this image and does not hold it";

function describeGap(layer: ImageLayer, position: string | null, { archives }: SeenEntries): string | null {
  if (layer.mediaType.includes("+encrypted")) return "it is encrypted";
  if (position === null) {
    return layer.isForeign ? "its content is kept elsewhere, not in the archive" : "it is not in the archive";
  }
  const isMeantAsArchive = layer.mediaType === "" || /\btar\b/.test(layer.mediaType);
  return isMeantAsArchive && !archives.has(position) ? "it is not an archive that could be opened" : null;
}

function deletes(deletions: ReadonlySet<string> | undefined, file: string): boolean {
  if (deletions === undefined) return false;
  if (deletions.has(file)) return true;
  for (let folder = posix.dirname(file); folder !== "."; folder = posix.dirname(folder)) {
    if (deletions.has(folder) || deletions.has(`${folder}/`)) return true;
    if (folder === "/") break;
  }
  return deletions.has("/");
}

const longestStep = 60;

function shortStep(step: string): string {
  const plain = step
    .replace(/^\/bin\/sh -c (?:#\(nop\)\s*)?/, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  return plain.length <= longestStep ? plain : `${plain.slice(0, longestStep - 1)}…`;
}

function partsOf(config: string, text: string): readonly ConfigPart[] {
  const parsed = asObject(parseJson(text));
  const settings = asObject(parsed["config"]);
  const variables = asList(settings["Env"]).map((entry) => {
    const assignment = asText(entry);
    const name = assignment.slice(0, Math.max(0, assignment.indexOf("=")));
    return { config, member: `Env/${name}`, what: `the environment variable ${name}`, text: assignment };
  });
  const steps = asList(parsed["history"]).map((entry, index) => {
    const member = `history/${index + 1}`;
    const { created_by: madeBy, comment } = asObject(entry);
    return {
      config,
      member,
      what: `step ${index + 1} of the image's history`,
      text: `${asText(madeBy)}\n${asText(comment)}`,
    };
  });
  return [...variables, ...steps];
}
