import { createHash } from "node:crypto";
import type { Sha256 } from "@keywarden/key-format";

/** Hashes the UTF-8 bytes of a text with node:crypto and gives 64 lower-case hex digits. */
export const sha256: Sha256 = (content) => createHash("sha256").update(content).digest("hex");
