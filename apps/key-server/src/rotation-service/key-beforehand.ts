import { createHmac } from "node:crypto";
import { generateKey, type ProviderProfile } from "@keywarden/key-format";
import type { OwnKey } from "@keywarden/management";
import { RotationError, type KeyApi, type RotationState } from "@keywarden/rotation";
import { PAGE_SINK } from "./page-sink.ts";

type Plan = RotationState["plan"];

/**
 * Whether a rotation's new key is made here before the provider is asked, because a person copies it from a page and the
 * provider ends the old secret in the moment in which it takes the new one: whoever has to copy first is not locked out.
 */
export function isMadeBeforehand({ contract, graceSeconds, sinks }: Plan): boolean {
  return contract.procedure === "server-side" && graceSeconds === 0 && sinks[0] === PAGE_SINK;
}

/** Whether the provider was not asked yet, so that the new key is nothing but a text. */
export function isUnasked({ plan, status, created, attempt }: RotationState): boolean {
  return isMadeBeforehand(plan) && status === "running" && created === null && attempt === 0;
}

/**
 * Makes the new key from the rotation's sealing key: the same one each time, until that is destroyed.
 *
 * @throws {@link RotationError} ROTATION_REFUSED where the provider has no such keys any more
 */
export function keyBeforehand(
  { key, rotation }: Plan,
  profile: ProviderProfile,
  sealingKey: Uint8Array,
): OwnKey {
  const { kind, environment, prefix } = key;
  const format = profile.formats.find((one) => one.prefix === prefix && one.kind === kind);
  if (format === undefined)
    throw new RotationError(
      "ROTATION_REFUSED",
      `${profile.name} has no ${kind} keys in ${environment} any more`,
    );
  let round = 0;
  const bytes = (sizeBytes: number): Uint8Array => {
    const parts: Buffer[] = [];
    for (let have = 0; have < sizeBytes; have += 32) {
      round += 1;
      parts.push(createHmac("sha256", sealingKey).update(`new key ${rotation} ${round}`).digest());
    }
    return Buffer.concat(parts).subarray(0, sizeBytes);
  };
  return { secret: generateKey(format, bytes), format };
}

/** Has the provider take a key that was made beforehand, instead of making one. */
export function withKeyBeforehand(keyApi: KeyApi, ownKey: OwnKey): KeyApi {
  return {
    ...keyApi,
    roll: (id, expectedGeneration, call) =>
      // The word for the request stays the same however often it is sent, and so does the key.
      keyApi.roll(id, expectedGeneration, { ...call, sealTo: undefined, ownKey }),
  };
}
