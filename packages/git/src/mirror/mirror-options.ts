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
  readonly env: GitEnvironment;
  /** For each call to the remote. */
  readonly timeoutMs: number;
  /** Further protocols for a remote that the operator trusts. */
  readonly allowProtocols?: readonly ("http" | "file" | "ssh")[];
}
