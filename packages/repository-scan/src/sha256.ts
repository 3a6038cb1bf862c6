import { sha256 as digest } from "@noble/hashes/sha2.js";
import type { Sha256 } from "@keywarden/key-format";

/** Gives the SHA-256 of bytes, or of a text's UTF-8 form. A commit would wait longer for node:crypto to load than for the digests of the few keys in it. */
export const sha256: Sha256 = (content) =>
  Buffer.from(digest(typeof content === "string" ? Buffer.from(content, "utf8") : content)).toString("hex");
