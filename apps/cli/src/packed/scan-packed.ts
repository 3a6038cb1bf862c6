import { redactWithin } from "@keywarden/key-format";
import { makeScanner, printable } from "@keywarden/scan";
import { sha256, type ScanTools } from "@keywarden/repository-scan";
import { describeImages, notHeld, type ImageDescription } from "./describe-image.ts";
import { makeGathering, type FoundInPacked } from "./gather-packed.ts";
import { describeUnreadable } from "./describe-unreadable.ts";
import { openRandomBytes } from "./random-bytes.ts";
import { makePackedWalk, type PackedLimits, type Trail } from "./packed-walk.ts";
import { walkFolder } from "./walk-folder.ts";

/** A packed file that is scanned as it comes, a zip archive, or the folder that the like of it was unpacked to. */
export type PackedFile = {
  /** As reports show it. */
  readonly name: string;
  readonly nowMs: number;
} & ({ readonly chunks: AsyncIterable<Uint8Array> } | { readonly zip: string } | { readonly folder: string });

export interface PackedOptions {
  readonly limits?: PackedLimits;
  /** Is told how many mebibytes have come. */
  readonly onProgress?: (mebibytes: number) => void;
}

const mebibyte = 1024 * 1024;

/** Enough for images of tens of gigabytes; what a few kilobytes unpack to is not read for hours. */
const defaultLimits: PackedLimits = {
  depth: 8,
  entries: 4_000_000,
  unpackedBytes: 1024 * 1024 * mebibyte,
  ratio: 200,
  freeBytes: 1024 * mebibyte,
};

/**
 * Scans a packed file in flat memory: a tar archive in gzip, Zstandard or neither, with what is packed in its files; of a
 * container image every layer, so that what a later layer deletes is found all the same. What cannot be opened is unread.
 */
export async function scanPacked(
  file: PackedFile,
  { scanner, account }: Pick<ScanTools, "scanner" | "account">,
  { limits = defaultLimits, onProgress = () => {} }: PackedOptions = {},
): Promise<void> {
  const { name, nowMs } = file;
  const { providers, isThorough } = scanner;
  const plainScanner = makeScanner({ providers, sha256, nowMs, isThorough });
  const { events, gathered } = makeGathering(account);
  const walk = makePackedWalk({ scanner, plainScanner, limits, events });
  let comeBytes = 0;
  const watch = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      comeBytes += chunk.length;
      onProgress(Math.floor(comeBytes / mebibyte));
      yield chunk;
    }
  };
  try {
    if ("chunks" in file) await walk(watch(file.chunks), []);
    else if ("zip" in file) {
      using bytes = openRandomBytes(file.zip);
      const read = (at: number, size: number): Buffer => {
        onProgress(Math.floor(at / mebibyte));
        return bytes.read(at, size);
      };
      await walk.zip({ ...bytes, read }, []);
    } else await walkFolder(file.folder, { walk, plainScanner, events, watch });
  } catch (error) {
    // What was found before the system failed is told all the same.
    const reason = describeUnreadable(error);
    if (reason === null) throw error;
    events.onProblem([], reason);
  }

  const image = describeImages(gathered.seen);
  const shown = (text: string): string => redactWithin(printable(text), providers);
  const memberOf = ([top = "", ...inside]: Trail): string =>
    shown([image?.labelOf(top) ?? top, ...inside].join("!/"));
  const addUnread = (member: string, reason: string): void =>
    account.addUnread({ location: member === "" ? name : `${name}!/${member}`, kind: "file", reason });
  const inConfig = (image?.configParts ?? []).flatMap(
    ({ config, member, what, text }): readonly FoundInPacked[] =>
      scanner.scanText(text).map((match) => ({
        trail: [config, member],
        match: { ...match, reason: `in ${shown(what)}: ${match.reason}` },
        locationKind: "content",
        isLoose: false,
      })),
  );
  const { texts } = gathered.seen;
  const isJson = ([top = "", ...inside]: Trail): boolean => inside.length === 0 && texts.has(top);
  for (const { trail, match, locationKind } of withoutRepeats(gathered.found, inConfig, isJson)) {
    const member = memberOf(trail);
    const reason = `${shown(storyOf(trail, image))}${match.reason}`;
    account.add([{ ...match, reason, ...(member === "" ? {} : { member }) }], name, locationKind);
  }
  for (const { trail, reason } of gathered.problems) addUnread(memberOf(trail), reason);
  const { archives, links } = gathered.seen;
  // The one without a name is the file itself.
  if (archives.has("") && links.size === 0) addUnread("", "there is nothing in it");
  for (const { location, reason } of image?.missing ?? []) addUnread(shown(location), reason);
  for (const platform of image?.absent ?? []) {
    account.skipPart(name, { path: shown(platform), reason: notHeld });
  }
}

/**
 * A key that stands in a file is also seen in what surrounds it, and one in a part of a config also in the config and its
 * older copies: each is told once.
 */
function withoutRepeats(
  found: readonly FoundInPacked[],
  inConfig: readonly FoundInPacked[],
  isJson: (trail: Trail) => boolean,
): readonly FoundInPacked[] {
  const inFiles = new Set(found.flatMap(({ isLoose, match }) => (isLoose ? [] : [match.fingerprint])));
  const inParts = new Set(inConfig.map(({ match }) => match.fingerprint));
  const loose = new Set<string>();
  const rest = found.filter(({ trail, match: { fingerprint }, isLoose }) => {
    if (inParts.has(fingerprint) && isJson(trail)) return false;
    if (!isLoose) return true;
    const isRepeat = inFiles.has(fingerprint) || loose.has(fingerprint);
    loose.add(fingerprint);
    return !isRepeat;
  });
  return [...inConfig, ...rest];
}

function storyOf([top = "", path]: Trail, image: ImageDescription | null): string {
  const story = path === undefined ? "" : (image?.storyOf(top, path) ?? "");
  return story === "" ? "" : `${story}: `;
}
