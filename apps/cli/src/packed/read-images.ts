import { asList, asObject, asText, parseJson, type UnknownObject } from "./json-value.ts";

/** A layer as its image's manifest names it. */
export interface ImageLayer {
  /** Where its content is in the archive; empty where the manifest names no usable path. */
  readonly path: string;
  /** What the manifest says that it is, such as `application/vnd.oci.image.layer.v1.tar+gzip`. */
  readonly mediaType: string;
  /** The step that made it, as the image's history says; empty where it does not. */
  readonly madeBy: string;
  /** Whether its content is to be had elsewhere. */
  readonly isForeign: boolean;
}

/** An image in an archive. */
export interface Image {
  /** Its first tag, else the start of its config's digest. */
  readonly name: string;
  /** Where its config is in the archive. */
  readonly config: string;
  readonly layers: readonly ImageLayer[];
}

export interface ImageArchive {
  readonly images: readonly Image[];
  /** Images of an index that the archive does not hold, in words: `linux/arm64`. */
  readonly absent: readonly string[];
}

const deepestIndex = 4;
const mostDescriptors = 1000;

/** Reads from the JSON files of an archive which images it holds: `docker save` (manifest.json), or an OCI layout (index.json). */
export function readImages(texts: ReadonlyMap<string, string>): ImageArchive {
  const images = new Map<string, Image>();
  const absent: string[] = [];
  const parse = (path: string): UnknownObject => asObject(parseJson(texts.get(path) ?? ""));

  const add = (name: string, config: string, layers: readonly Omit<ImageLayer, "madeBy">[]): void => {
    if (images.has(config)) return;
    const steps = asList(parse(config)["history"])
      .map(asObject)
      .filter((step) => step["empty_layer"] !== true)
      .map((step) => asText(step["created_by"]));
    images.set(config, {
      name: name === "" ? (/[0-9a-f]{64}/.exec(config)?.[0].slice(0, 12) ?? config) : name,
      config,
      layers: layers.map((layer, index) => ({ ...layer, madeBy: steps[index] ?? "" })),
    });
  };

  for (const item of asList(parseJson(texts.get("manifest.json") ?? ""))
    .slice(0, mostDescriptors)
    .map(asObject)) {
    const layers = asList(item["Layers"]).map((layer) => ({
      path: plainPath(asText(layer)),
      mediaType: "application/vnd.docker.image.rootfs.diff.tar",
      isForeign: false,
    }));
    add(asText(asList(item["RepoTags"])[0]), plainPath(asText(item["Config"])), layers);
  }

  let left = mostDescriptors;
  const addDescribed = (descriptor: UnknownObject, name: string, depth: number): void => {
    if (depth > deepestIndex || left <= 0) return;
    left -= 1;
    const path = pathOfDigest(asText(descriptor["digest"]));
    const tag = nameOf(descriptor) || name;
    if (!texts.has(path)) {
      absent.push(describeAbsent(descriptor));
      return;
    }
    const manifest = parse(path);
    for (const inner of asList(manifest["manifests"])) addDescribed(asObject(inner), tag, depth + 1);
    const config = pathOfDigest(asText(asObject(manifest["config"])["digest"]));
    if (config === "") return;
    const layers = asList(manifest["layers"]).map(asObject);
    add(
      tag,
      config,
      layers.map((layer) => ({
        path: pathOfDigest(asText(layer["digest"])),
        mediaType: asText(layer["mediaType"]),
        isForeign: asList(layer["urls"]).length > 0,
      })),
    );
  };
  for (const one of asList(parse("index.json")["manifests"])) addDescribed(asObject(one), "", 0);
  return { images: [...images.values()], absent };
}

const plainPath = (path: string): string => path.replace(/^(?:\.?\/)+/, "");

function pathOfDigest(digest: string): string {
  const [, algorithm, hex] = /^([a-z0-9+._-]+):([0-9a-f]{32,128})$/.exec(digest) ?? [];
  return algorithm === undefined || hex === undefined ? "" : `blobs/${algorithm}/${hex}`;
}

function nameOf(descriptor: UnknownObject): string {
  const annotations = asObject(descriptor["annotations"]);
  return (
    asText(annotations["io.containerd.image.name"]) ||
    asText(annotations["org.opencontainers.image.ref.name"])
  );
}

function describeAbsent(descriptor: UnknownObject): string {
  const platform = asObject(descriptor["platform"]);
  const words = [platform["os"], platform["architecture"], platform["variant"]].map(asText).filter(Boolean);
  return words.length > 0 ? words.join("/") : asText(descriptor["digest"]) || "an image without a digest";
}
