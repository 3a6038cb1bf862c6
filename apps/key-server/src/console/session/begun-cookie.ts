import type { FastifyRequest } from "fastify";
import * as z from "zod";
import type { BegunSignIn } from "../../sign-in/identity-provider.ts";
import { readNamedCookie } from "./visitor.ts";

/** How long somebody may take at the identity provider. */
const PATIENCE_SECONDS = 600;

const begunSchema = z.strictObject({
  state: z.string().min(1),
  nonce: z.string().min(1),
  verifier: z.string().min(1),
  back: z.string(),
});

/** A sign-in that was begun in this browser, and where it leads. */
export interface BegunInBrowser extends BegunSignIn {
  readonly back: string;
}

/** The prefix keeps other hosts of the domain from planting a sign-in of theirs; it needs TLS. */
const nameOf = (isSecure: boolean): string => `${isSecure ? "__Host-" : ""}keywarden_sign_in`;

// Lax, not Strict: the browser comes back from the identity provider's site.
const attributes = (isSecure: boolean): string =>
  `Path=/; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;

/** Writes what the browser brings back; no server has to remember anything of strangers who begin. */
export function writeBegun(begun: BegunInBrowser, isSecure: boolean): string {
  const text = Buffer.from(JSON.stringify(begun)).toString("base64url");
  return `${nameOf(isSecure)}=${text}; Max-Age=${PATIENCE_SECONDS}; ${attributes(isSecure)}`;
}

export function readBegun(request: FastifyRequest, isSecure: boolean): BegunInBrowser | null {
  try {
    const text = Buffer.from(readNamedCookie(request, nameOf(isSecure)), "base64url").toString();
    return begunSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Takes it away: a sign-in is finished once. */
export function forgetBegun(isSecure: boolean): string {
  return `${nameOf(isSecure)}=; Max-Age=0; ${attributes(isSecure)}`;
}
