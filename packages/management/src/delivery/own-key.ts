import { createHash } from "node:crypto";
import { redact, type Fingerprint, type KeyFormat, type Secret } from "@keywarden/key-format";

/** A key that its caller generated: the text stays there, and these facts go to the server. */
export interface OwnKey {
  readonly secret: Secret;
  readonly format: KeyFormat;
}

/** What a caller says of a key that the server never sees. */
export interface OwnKeyClaim {
  readonly sha256: Fingerprint;
  readonly prefix: string;
  /** Characters of the whole key. */
  readonly length: number;
  /** Up to four last characters, to recognise the key by; empty for none. */
  readonly ending: string;
}

/** Writes the value of the `Keywarden-Own-Key` header. */
export function describeOwnKey({ secret, format }: OwnKey): string {
  const text = secret.reveal();
  const sha256 = createHash("sha256").update(text, "utf8").digest("hex");
  const ending = redact(text, format.prefix).split("…").at(-1) ?? "";
  return `sha256=${sha256}; prefix=${format.prefix}; length=${text.length}${ending === "" ? "" : `; ending=${ending}`}`;
}

/** Reads it; null when a fact is missing, comes twice or is not of its form. */
export function parseOwnKey(header: string): OwnKeyClaim | null {
  const facts = new Map<string, string>();
  for (const part of header.split(";")) {
    const [, name = "", value = ""] = /^\s*([a-z0-9]+)=([\w.-]+)\s*$/.exec(part) ?? [];
    if (!["sha256", "prefix", "length", "ending"].includes(name) || facts.has(name)) return null;
    facts.set(name, value);
  }
  const [sha256 = "", prefix = ""] = [facts.get("sha256"), facts.get("prefix")];
  const [length = "", ending = ""] = [facts.get("length"), facts.get("ending")];
  const isFine =
    /^[0-9a-f]{64}$/.test(sha256) &&
    prefix !== "" &&
    /^[1-9]\d{0,3}$/.test(length) &&
    /^[0-9A-Za-z]{0,4}$/.test(ending);
  return isFine ? { sha256, prefix, length: Number(length), ending } : null;
}
