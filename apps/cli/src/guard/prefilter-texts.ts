import { providersOf } from "@keywarden/key-format";
import { listPrefilterLiterals } from "@keywarden/scan";

/** One of these is in every text that holds a key of a built-in provider; the build writes them in its place. */
export const prefilterTexts = (): readonly string[] => listPrefilterLiterals(providersOf([]).providers);
