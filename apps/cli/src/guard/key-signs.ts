import { providersOf } from "@keywarden/key-format";
import { listKeySigns, listSignLeads, type KeySign, type SignLeads } from "@keywarden/scan";

// The build writes the lists in the place of these two.

/** What a text shows of the keys of all known providers. */
export const keySigns = (): readonly KeySign[] => (signs ??= listKeySigns(providersOf([]).providers));
let signs: readonly KeySign[] | undefined;

/** What these signs begin with. */
export const signLeads = (): SignLeads => listSignLeads(keySigns());
