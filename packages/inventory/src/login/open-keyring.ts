import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { Secret } from "@keywarden/key-format";
import type { CredentialStore } from "./credential-store.ts";
import { credentialError } from "./login-error.ts";

/** The part of `@napi-rs/keyring` that is used here. */
interface KeyringModule {
  readonly Entry: new (
    service: string,
    account: string,
    options: { readonly linux: { readonly store: "secret-service" } },
  ) => {
    getPassword(): string | null;
    setPassword(password: string): void;
    deletePassword(): boolean;
  };
}

/**
 * Opens the keyring of the operating system. It is native code that the user may have left out, so it is looked for
 * beside the program and only now.
 *
 * @param program absolute path of the program
 * @throws LoginError LOGIN_CREDENTIALS when it is not installed; what it keeps it says only when it is asked
 */
export function openKeyring(program: string): CredentialStore {
  let keyring: KeyringModule;
  try {
    keyring = createRequire(realpathSync(program))("@napi-rs/keyring") as KeyringModule;
  } catch (error) {
    throw credentialError(
      "The keyring of this system cannot be used: @napi-rs/keyring is not installed",
      error,
    );
  }
  // Where there is no Secret Service the library would take the kernel's keyring, which forgets at the next start.
  const entryOf = (server: string) =>
    new keyring.Entry("keywarden", server, { linux: { store: "secret-service" } });
  const ask = async <T>(question: () => T): Promise<T> => {
    try {
      return question();
    } catch (error) {
      const why = error instanceof Error ? error.message : "for an unknown reason";
      throw credentialError(`The keyring of this system cannot be used: ${why}`, error);
    }
  };
  return {
    name: "keyring",
    place: "the keyring of this system",
    read: (server) =>
      ask(() => {
        const token = entryOf(server).getPassword();
        return token === null ? null : new Secret(token);
      }),
    write: (server, token) => ask(() => entryOf(server).setPassword(token.reveal())),
    remove: (server) =>
      ask(() => {
        const entry = entryOf(server);
        return entry.getPassword() !== null && entry.deletePassword();
      }),
  };
}
