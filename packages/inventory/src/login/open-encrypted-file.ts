import { Secret } from "@keywarden/key-format";
import type { CredentialStore } from "./credential-store.ts";
import { readIfThere, replaceFile } from "./replace-file.ts";
import { openText, sealText } from "./seal-file.ts";

/**
 * Opens a file that holds the tokens of all servers under one passphrase, which is asked for when it is needed; where
 * there is no file yet it is a new one, and its passphrase is asked for twice.
 */
export function openEncryptedFile(
  path: string,
  askPassphrase: (isNew: boolean) => Promise<string>,
): CredentialStore {
  const readTokens = async (sealed: string | null, passphrase: string): Promise<Map<string, string>> =>
    sealed === null
      ? new Map()
      : new Map(
          Object.entries(JSON.parse(await openText(sealed, passphrase, path)) as Record<string, string>),
        );
  const seal = (tokens: Map<string, string>, passphrase: string) =>
    sealText(JSON.stringify(Object.fromEntries(tokens)), passphrase);
  return {
    name: "file",
    location: `the encrypted file ${path}`,
    async read(server) {
      const sealed = await readIfThere(path);
      if (sealed === null) return null;
      const token = (await readTokens(sealed, await askPassphrase(false))).get(server);
      return token === undefined ? null : new Secret(token);
    },
    async write(server, token) {
      const passphrase = await askPassphrase((await readIfThere(path)) === null);
      await replaceFile(path, async (before) => {
        const tokens = await readTokens(before, passphrase);
        return seal(tokens.set(server, token.reveal()), passphrase);
      });
    },
    async remove(server) {
      if ((await readIfThere(path)) === null) return false;
      const passphrase = await askPassphrase(false);
      let wasThere = false;
      await replaceFile(path, async (before) => {
        const tokens = await readTokens(before, passphrase);
        wasThere = tokens.delete(server);
        return wasThere ? seal(tokens, passphrase) : null;
      });
      return wasThere;
    },
  };
}
