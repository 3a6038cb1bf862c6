import { type ProviderProfile, providersOf, redactWithin } from "@keywarden/key-format";
import { isList } from "./json/canonical-json.ts";
import type { Json } from "./json/json.ts";
import { StorageError } from "./storage-error.ts";

/** Keeps whole keys out of the database. Text that passes is also made safe to store and read back unchanged. */
export interface PlaintextGuard {
  /**
   * Returns the text, or throws when it holds a whole key.
   *
   * @throws StorageError STORAGE_PLAINTEXT_KEY naming `where`, never the text
   */
  checkText(text: string, where: string): string;
  /** The same for every string and member name of a value. */
  checkJson<T extends Json>(value: T, where: string): T;
  /** Returns the text with whole keys masked, for text that strangers write and whose loss would hide a leak. */
  maskText(text: string): string;
  maskJson(value: Json): Json;
  /** Takes over more formats of keys; those before stay, because their keys are still around. */
  learn(formats: readonly ProviderProfile[]): void;
}

export function makePlaintextGuard(extraProviders: readonly ProviderProfile[] = []): PlaintextGuard {
  let providers = [...providersOf([]).providers, ...extraProviders];
  const maskText = (text: string) => {
    const checked = storable(text);
    return sealed.test(checked) ? checked : redactWithin(checked, providers);
  };
  const checkText = (text: string, where: string) => {
    const checked = storable(text);
    if (maskText(checked) === checked) return checked;
    throw new StorageError(
      "STORAGE_PLAINTEXT_KEY",
      `refused to store ${where}: it holds what looks like a whole key; store the redacted form or the fingerprint`,
    );
  };
  const checkJson = <T extends Json>(value: T, where: string): T =>
    mapText(value, (text) => checkText(text, where)) as T;
  const learn = (formats: readonly ProviderProfile[]): void => {
    providers = [...providers, ...formats];
  };
  return { checkText, checkJson, maskText, maskJson: (value) => mapText(value, maskText), learn };
}

// A secret that is sealed to its recipient is random base64: in one of two thousand a short beginning of some format's keys
// stands by chance. To refuse it would fail a rotation, and to mask it would keep its recipient from opening it.
const sealed = /^(?:x25519\.[A-Za-z0-9+/]{43}=|rsa-oaep-256)\.[A-Za-z0-9+/]{40,}={0,2}$/;

// A lone surrogate or a NUL would come back from a text column as something else, and no longer match its hash.
function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\uFFFD");
}

function mapText(value: Json, change: (text: string) => string): Json {
  if (typeof value === "string") return change(value);
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return value.map((item) => mapText(item, change));
  const members = Object.entries(value).map(([name, member]): [string, Json | undefined] => [
    change(name),
    member === undefined ? undefined : mapText(member, change),
  ]);
  return Object.fromEntries(members);
}
