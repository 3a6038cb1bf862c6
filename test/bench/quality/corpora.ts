import { catalogueProviders } from "@keywarden/key-format";
import { makePatternKey, makeRandom, writePatternKey, writtenForms } from "@keywarden/testing";
import { makeHardNegatives } from "./hard-negatives.ts";
import { makeWellKnownKeys, type WrittenKey } from "./well-known.ts";

/** Files of which each holds one key, or of which none holds one. */
export interface Corpus {
  readonly name: string;
  readonly holdsKeys: boolean;
  readonly files: readonly {
    readonly id: string;
    readonly ending: string;
    readonly bytes: Buffer | string;
  }[];
}

/** Corpora that stand in one table, and a sentence of where they come from. */
export interface CorpusGroup {
  readonly title: string;
  readonly method: string;
  readonly corpora: readonly Corpus[];
  /** Rules in gitleaks' form that stand beside the samples: what `keywarden import` makes of them is measured too. */
  readonly gitleaksRules?: string;
}

const seed = 20_261_129;

/** Makes the corpora, the same ones every time. */
export function makeCorpora(): readonly Corpus[] {
  const asFiles = (keys: readonly WrittenKey[]) =>
    keys.map(({ id, ending, text }) => ({ id, ending, bytes: text }));
  return [
    { name: "well-known formats", holdsKeys: true, files: asFiles(makeWellKnownKeys(seed)) },
    { name: "formats of the catalogue", holdsKeys: true, files: makeCatalogueKeys() },
    { name: "written forms", holdsKeys: true, files: makeWrittenForms() },
    { name: "no keys", holdsKeys: false, files: asFiles(makeHardNegatives(seed)) },
  ];
}

// The first spelling of every format that is secret; the catalogue's own tests find each of them, so this tells of peers.
function makeCatalogueKeys(): Corpus["files"] {
  return catalogueProviders.flatMap((provider) =>
    (provider.patterns ?? []).flatMap((pattern, index) => {
      const [variant] = pattern.variants;
      if (variant === undefined || pattern.isIdentifier || pattern.kind === "publishable") return [];
      // These checksums are only read here, so no key can be made.
      if (pattern.checksum !== undefined && pattern.checksum.algorithm !== "crc32") return [];
      const key = makePatternKey(pattern, variant, seed + index);
      const name = `${provider.id.replaceAll("-", "_").toUpperCase()}_KEY`;
      const isLed = (pattern.beside ?? pattern.services) !== undefined;
      const bytes = isLed ? `${writePatternKey(pattern, key)}\n` : `${name}=${key}\n`;
      return [{ id: `${provider.id}/${pattern.id}`, ending: ".env", bytes }];
    }),
  );
}

// A key with a stated checksum, so that nobody can take it for anything else.
function makeWrittenForms(): Corpus["files"] {
  const [github] = makeWellKnownKeys(seed + 1).filter(({ id }) => id === "github classic");
  const key = github?.text.slice("GITHUB_TOKEN=".length).trimEnd() ?? "";
  const noise = Buffer.from(makeRandom(seed)(9)).toString("hex");
  return Object.entries(writtenForms).map(([id, { encode }]) => ({
    id,
    ending: ".txt",
    bytes: Buffer.concat([encode(`token "${key}" ${noise}`)]),
  }));
}
