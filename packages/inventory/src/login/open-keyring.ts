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
      throw credentialError(`The keyring of this system cannot be used: ${whyUnusable(error)}`, error);
    }
  };
  return {
    name: "keyring",
    location: "the keyring of this system",
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

// What the libraries below say is for their authors: "Using X11 for dbus-daemon autolaunch was disabled at compile time".
function whyUnusable(error: unknown): string {
  const words = error instanceof Error ? error.message : "";
  if (/dbus|d-bus|secret service|org\.freedesktop/i.test(words))
    return "no Secret Service, such as GNOME Keyring or KWallet, answers";
  if (/locked|denied|cancel/i.test(words)) return "it is locked, or access to it was denied";
  return "it answers with an error, which --debug shows";
}
