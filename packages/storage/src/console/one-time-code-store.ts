import type { Fingerprint } from "@keywarden/key-format";
import type { JsonObject } from "../json/json.ts";

/** Codes that count once, whichever process on one database sees them. */
export interface OneTimeCodeStore {
  /** Keeps what a code stands for until it expires; false, and nothing is changed, where its hash is known already. */
  put(code: {
    readonly id: Fingerprint;
    readonly payload: JsonObject;
    readonly expiresAtMs: number;
  }): Promise<boolean>;
  /** Gives what a code stands for, once; `null` when it was taken, has expired or never was. */
  take(id: Fingerprint): Promise<JsonObject | null>;
}
