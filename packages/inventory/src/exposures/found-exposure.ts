/** A key that the GitHub App found, as far as it is shown. */
export interface FoundExposure {
  readonly id: string;
  /** The managed key that it is; null where no provider knows it. */
  readonly keyId: string | null;
  readonly redacted: string;
  readonly provider: string;
  readonly repository: string;
  readonly visibility: string;
  /** What the App decided: `revoked`, `held`, `reported` … */
  readonly state: string;
  /** Why it decided that, as a sentence. */
  readonly because: string;
  readonly where: string;
  readonly firstSeenAtMs: number;
}
