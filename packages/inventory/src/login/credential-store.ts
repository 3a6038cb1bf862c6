import type { Secret } from "@keywarden/key-format";

/** Where tokens of servers are kept between two runs. */
export interface CredentialStore {
  readonly name: "keyring" | "file";
  /** Its name in messages. */
  readonly location: string;
  /** Gives the token of a server; null when none is kept. @throws LoginError LOGIN_CREDENTIALS */
  read(server: string): Promise<Secret | null>;
  write(server: string, token: Secret): Promise<void>;
  /** Says whether there was one. */
  remove(server: string): Promise<boolean>;
}
