import { providersOf } from "@keywarden/key-format";
import { listKeySigns, type KeySign } from "@keywarden/scan";

/** What a text shows of the keys of all known providers; the build writes them in its place. */
export const keySigns = (): readonly KeySign[] => listKeySigns(providersOf([]).providers);
