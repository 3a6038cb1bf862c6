import { aforo, type Secret } from "@keywarden/key-format";
import { makeKey } from "@keywarden/testing";
import type { KeyDelivery, SinkContext } from "@keywarden/rotation";

export const newKey: Secret = makeKey(aforo, { kind: "secret", environment: "production" }, 41);

export const delivery: KeyDelivery = {
  rotation: "0a1b2c3d",
  provider: "aforo",
  keyId: "key_1",
  name: "billing rot-00000000-0a1b2c3d",
};

/** A context in which only what a test gives is there, besides the PATH. */
export function contextIn(directory: string, env: Readonly<Record<string, string>> = {}): SinkContext {
  return { directory, env: { PATH: process.env["PATH"], HOME: directory, ...env }, fetch };
}
