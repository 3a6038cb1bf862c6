import { aforo } from "@keywarden/key-format";
import type { BodyRule, KeyFormat, ManagedProvider, ProviderProfile } from "@keywarden/key-format";

interface Body extends Partial<BodyRule> {
  readonly prefix?: string;
  readonly checksum?: KeyFormat["checksum"];
}

/** A format with the prefix `own_`, 20 characters of base62 and no stated length unless something else is asked for. */
export function formatOf({ prefix = "own_", checksum, ...body }: Body = {}): KeyFormat {
  return {
    prefix,
    kind: "secret",
    environment: "production",
    label: "own",
    body: { alphabet: "base62", length: 20, stated: false, issuedLength: 20, ...body },
    ...(checksum !== undefined && { checksum }),
  };
}

/** A provider with these formats, whose keys are only found; its name is its id in capitals. */
export function profileOf(id: string, ...formats: readonly KeyFormat[]): ProviderProfile {
  return { id, name: id.toUpperCase(), formats, publishedExamples: [], variables: [], hosts: [] };
}

/** A provider as {@link profileOf} makes it, whose keys Keywarden issues. */
export function managedProfileOf(id: string, ...formats: readonly KeyFormat[]): ManagedProvider {
  return {
    ...profileOf(id, ...formats),
    rotation: aforo.rotation,
    hygiene: aforo.hygiene,
    dialect: "standard",
  };
}
