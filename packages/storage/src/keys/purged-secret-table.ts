/** What is left of a secret whose key was purged. */
export interface PurgedSecretTable {
  sha256: string;
  key_id: string;
  provider: string;
  revoked_at_ms: number;
  purged_at_ms: number;
}
