import type { GitEnvironment } from "../process.ts";

export interface MirrorOptions {
  /** The bare repository that keeps what was fetched; made when absent. */
  readonly directory: string;
  /** https, or http on loopback; never with a user or password in it. */
  readonly url: string;
  /** Value of the Authorization header, such as `Basic …`; sent to this origin only and never stored. */
  readonly authorization?: string;
  /** Full object ids and full ref names (`refs/heads/main`, `refs/heads/*`). */
  readonly want: readonly string[];
  /** Ids that will be wanted soon: fetched in the same call, when there is one, where the remote has all of them. */
  readonly alongside?: () => Promise<readonly string[]>;
  readonly env: GitEnvironment;
  /** How long the remote may be silent. */
  readonly timeoutMs: number;
  /** How long a call may take in all at first, an hour when absent; one that was cut off may take twice as long next time. */
  readonly totalMs?: number;
  /** Further protocols for a remote that the operator trusts. */
  readonly allowProtocols?: readonly ("http" | "file" | "ssh")[];
}
