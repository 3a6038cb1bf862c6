import { createHash, randomUUID } from "node:crypto";
import { Secret, type RandomBytes } from "@keywarden/key-format";
import type { JsonObject } from "../json/json.ts";
import type { NewToken, TokenStore } from "./token-store.ts";

/** Starts every token of Keywarden's own APIs, so that a secret scanner can name one. */
export const tokenPrefix = "kwt_";

/** Makes the text of a token: 256 bits behind a prefix. */
export function makeTokenText(randomBytes: RandomBytes): Secret {
  return new Secret(tokenPrefix + Buffer.from(randomBytes(32)).toString("base64url"));
}

/** Stores a token by its hash and gives its id. */
export async function issueToken(
  storage: { readonly tokens: TokenStore; readonly now: () => number },
  token: Pick<NewToken, "name" | "role" | "expiresAtMs" | "limits"> & { readonly text: Secret },
  origin: {
    readonly actor: string;
    readonly ip?: string;
    readonly requestId?: string;
    readonly actorId?: string;
  },
): Promise<string> {
  const id = `tok_${randomUUID().replaceAll("-", "")}`;
  const { actor, ...where } = origin;
  const { text, ...facts } = token;
  const sha256 = createHash("sha256").update(text.reveal()).digest("hex");
  await storage.tokens.create(
    { id, ...facts, sha256, createdAtMs: storage.now() },
    { action: "token.created", actor, details: { ...where, tokenId: id, ...auditedFacts(facts) } },
  );
  return id;
}

function auditedFacts({
  name,
  role,
  expiresAtMs = null,
  limits = null,
}: Omit<NewToken, "id" | "sha256" | "createdAtMs">): JsonObject {
  return {
    name,
    role,
    ...(expiresAtMs !== null && { expiresAt: new Date(expiresAtMs).toISOString() }),
    ...(limits !== null && { limits: { ...limits } }),
  };
}
