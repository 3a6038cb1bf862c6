import { randomUUID } from "node:crypto";
import { Secret, type RandomBytes } from "@keywarden/key-format";
import type { Role } from "@keywarden/management";
import type { KeyStorage } from "@keywarden/storage";
import { TOKEN_PREFIX } from "./authenticate.ts";
import { sha256 } from "../sha256.ts";

/** Makes the text of a token: 256 bits behind a prefix. */
export function makeTokenText(randomBytes: RandomBytes): Secret {
  return new Secret(TOKEN_PREFIX + Buffer.from(randomBytes(32)).toString("base64url"));
}

/** Stores a token by its hash and gives its id. */
export async function issueToken(
  storage: KeyStorage,
  token: { readonly name: string; readonly role: Role; readonly text: Secret },
  origin: {
    readonly actor: string;
    readonly ip?: string;
    readonly requestId?: string;
    readonly actorId?: string;
  },
): Promise<string> {
  const id = `tok_${randomUUID().replaceAll("-", "")}`;
  const { actor, ...where } = origin;
  await storage.tokens.create(
    {
      id,
      name: token.name,
      role: token.role,
      sha256: sha256(token.text.reveal()),
      createdAtMs: storage.now(),
    },
    {
      action: "token.created",
      actor,
      details: { ...where, tokenId: id, name: token.name, role: token.role },
    },
  );
  return id;
}
