import type { RandomBytes } from "@keywarden/key-format";
import { sha256 } from "../../sha256.ts";

/** How long a sign-in link waits to be used. */
export const LINK_MS = 10 * 60_000;
const MOST_LINKS = 100;

/** Addresses that sign a person in once, in place of typing a token. */
export interface SignInLinks {
  /** Makes the secret part of an address, for the token with this hash. */
  make(tokenSha256: string): string;
  /** Gives the hash of the token that it is for, once; null when it was used, is too old or never was. */
  use(code: string): string | null;
}

/** Keeps links in memory, under the hash of their secret part. */
export function makeSignInLinks(randomBytes: RandomBytes, now: () => number): SignInLinks {
  const waiting = new Map<string, { readonly tokenSha256: string; readonly untilMs: number }>();
  return {
    make: (tokenSha256) => {
      const [oldest] = waiting.keys();
      if (waiting.size >= MOST_LINKS && oldest !== undefined) waiting.delete(oldest);
      const code = Buffer.from(randomBytes(32)).toString("base64url");
      waiting.set(sha256(code), { tokenSha256, untilMs: now() + LINK_MS });
      return code;
    },
    use: (code) => {
      const id = sha256(code);
      const link = waiting.get(id);
      waiting.delete(id);
      return link === undefined || link.untilMs < now() ? null : link.tokenSha256;
    },
  };
}
