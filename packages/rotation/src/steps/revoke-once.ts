import { ManagementError } from "@keywarden/management";
import type { KeyApi } from "../key-api.ts";

/** Revokes a key; one that is already revoked or unknown counts as revoked. */
export async function revokeOnce(id: string, keyApi: KeyApi): Promise<string> {
  try {
    return (await keyApi.revoke(id)).outcome;
  } catch (error) {
    // What the provider does not know any more cannot open a door.
    if (error instanceof ManagementError && error.code === "MANAGEMENT_NOT_FOUND") return "not-found";
    throw error;
  }
}
