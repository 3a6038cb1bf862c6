import { providersOf } from "@keywarden/key-format";
import type { Providers } from "@keywarden/key-format";
import { defaultPolicy } from "@keywarden/scan";
import type { AllowEntry, ScanPolicy } from "@keywarden/scan";
import type { Exclusion } from "./suppression.ts";
import type { AllowDocument, HygieneDocument } from "./config-shape.ts";
import type { DocumentPosition } from "./json-document.ts";

/** An entry of `allow`, and what messages about it need. */
export interface AllowRule extends AllowEntry {
  /** Where the entry starts. */
  readonly position: DocumentPosition;
  readonly document: AllowDocument;
}

/** What keywarden.json says, together with what holds without it. */
export interface Config extends Providers {
  readonly allow: readonly AllowRule[];
  readonly policy: ScanPolicy;
  readonly exclude: readonly Exclusion[];
  readonly hygiene: HygieneDocument;
}

export const configFile = "keywarden.json";

/** What holds without a keywarden.json. */
export const defaultConfig: Config = {
  ...providersOf([]),
  allow: [],
  policy: defaultPolicy,
  exclude: [],
  hygiene: {},
};
