import { existsSync } from "node:fs";
import type { Role } from "@keywarden/management";
import { issueToken, makeTokenText, openKeyStorage } from "@keywarden/storage";
import { secretFormats } from "./auth/secret-formats.ts";
import { KeyServerError } from "./key-server-error.ts";
import type { StorageChoice } from "./options.ts";
import type { Process } from "./process.ts";
import { readProviders } from "./read-providers.ts";
import { storageOptions } from "./storage-options.ts";

/** Makes a token in the storage itself: whoever can write the data may do everything with it anyway. */
export async function createToken(
  { role, name }: { readonly role: Role; readonly name: string },
  choice: StorageChoice,
  process: Process,
): Promise<void> {
  if (choice.databaseUrl === null && !existsSync(choice.data))
    throw new KeyServerError("SERVER_NO_DATA", `there is no data directory ${choice.data}; check --data`);
  const providers = await readProviders(choice.providersFile, process.randomBytes);
  process.learnFormats(providers);
  const storage = await openKeyStorage(storageOptions(choice, process, secretFormats(providers)));
  try {
    const text = makeTokenText(process.randomBytes);
    const id = await issueToken(storage, { name, role, text }, { actor: "keywarden-server token create" });
    process.warn(`made the token ${id} with the role ${role}; it is shown this once\n`);
    process.printSecret(text);
  } finally {
    await storage.close();
  }
}
