import type { Embedding } from "./mount-embed.ts";
import { KeyServerError } from "../../key-server-error.ts";
import type { ServeOptions } from "../../options.ts";
import { readSecretFile } from "../../settings/read-secret-file.ts";

// As long as what HMAC-SHA-256 makes of it; a shorter one could be guessed from a link.
const SHORTEST_SECRET = 32;

/**
 * Reads where the page with a tenant's own keys may be framed; null where that was not asked for.
 *
 * @throws {@link KeyServerError} SERVER_BAD_OPTION where one of the two options is missing or the secret is of no use
 */
export function readEmbedding({
  embedOrigins,
  embedSecretFile,
}: Pick<ServeOptions, "embedOrigins" | "embedSecretFile">): Embedding | null {
  if (embedOrigins.length === 0 && embedSecretFile === null) return null;
  if (embedSecretFile === null) throw bad("--embed-origins needs --embed-secret, a file with a secret");
  if (embedOrigins.length === 0) throw bad("--embed-secret needs --embed-origins, who may frame the page");
  const secret = readSecretFile(embedSecretFile, (message, cause) =>
    bad(`--embed-secret: ${message}`, cause),
  );
  if (secret.length < SHORTEST_SECRET)
    throw bad(
      `--embed-secret: ${embedSecretFile} has fewer than ${SHORTEST_SECRET} characters; make one with: openssl rand -hex 32`,
    );
  return { origins: embedOrigins, secret };
}

const bad = (message: string, cause?: unknown): KeyServerError =>
  new KeyServerError("SERVER_BAD_OPTION", message, { cause });
