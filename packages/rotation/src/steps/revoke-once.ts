import { ManagementError } from "@keywarden/management";
import type { KeyIssuer } from "../issuer.ts";

/** Revokes a key; that it was revoked before, or is no longer known, is as good. */
export async function revokeOnce(id: string, issuer: KeyIssuer): Promise<string> {
  try {
    return (await issuer.revoke(id)).outcome;
  } catch (error) {
    // What the provider does not know any more cannot open a door.
    if (error instanceof ManagementError && error.code === "MANAGEMENT_NOT_FOUND") return "not-found";
    throw error;
  }
}
