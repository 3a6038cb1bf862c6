import type { RandomBytes } from "@keywarden/key-format";
import type { KeyStorage } from "@keywarden/storage";
import { sha256 } from "../../sha256.ts";

/** How long a sign-in link waits to be used. */
export const LINK_MS = 10 * 60_000;

/** Addresses that sign a person in once, in place of typing a token. */
export interface SignInLinks {
  /** Makes the secret part of an address, for the token with this hash. */
  make(tokenSha256: string): Promise<string>;
  /** Gives the hash of the token that it is for, once; null when it was used, is too old or never was. */
  use(code: string): Promise<string | null>;
}

/** Keeps links in the storage, under the hash of their secret part: whichever process a person comes to knows them. */
export function makeSignInLinks(
  { oneTimeCodes, now }: Pick<KeyStorage, "oneTimeCodes" | "now">,
  randomBytes: RandomBytes,
): SignInLinks {
  const idOf = (code: string): string => sha256(`sign in ${code}`);
  return {
    make: async (tokenSha256) => {
      const code = Buffer.from(randomBytes(32)).toString("base64url");
      await oneTimeCodes.put({ id: idOf(code), payload: { tokenSha256 }, expiresAtMs: now() + LINK_MS });
      return code;
    },
    use: async (code) => {
      const { tokenSha256 = null } = (await oneTimeCodes.take(idOf(code))) ?? {};
      return typeof tokenSha256 === "string" ? tokenSha256 : null;
    },
  };
}
