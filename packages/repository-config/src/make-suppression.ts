import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { makeIdentifyKey, Suppressor } from "@keywarden/scan";
import { redactWithin, type ProviderProfile } from "@keywarden/key-format";
import type { BaselineEntry, FindingId, HmacSha256, ScanPolicy } from "@keywarden/scan";
import type { Baseline } from "./baseline.ts";
import type { SuppressionSetup } from "./suppression.ts";
import { describeExpired, describeExpiredIds } from "./allow-use.ts";
import type { Setup } from "./setup.ts";

/** Makes what decides over findings from what the repository says about its own scans. */
export function makeSuppression(
  { config, baseline }: Setup,
  policy: ScanPolicy,
  nowMs: number,
  fromTop: SuppressionSetup["fromTop"],
): SuppressionSetup {
  const { allow, exclude } = config;
  const suppressor = new Suppressor({
    allow,
    baseline: baseline?.ids ?? new Set(),
    ...(baseline === null
      ? {}
      : {
          identify: makeIdentifyKey(baseline.key, hmacSha256),
          baselineEntry: shownEntry(baseline, config.providers),
        }),
    nowMs,
    ...(policy.honoursForeignAllow === true ? { honoursForeignAllow: true } : {}),
  });
  const describeAllExpired: SuppressionSetup["describeExpired"] = (uses) => [
    ...describeExpired(allow, uses),
    ...(baseline === null ? [] : describeExpiredIds(baseline, suppressor.returnedIds)),
  ];
  return { policy, suppressor, exclude, fromTop, describeExpired: describeAllExpired };
}

function shownEntry(
  { entryOf }: Baseline,
  providers: readonly ProviderProfile[],
): (id: FindingId) => BaselineEntry {
  return (id) => {
    const { reason, owner, ...rest } = entryOf(id);
    return {
      ...rest,
      ...(reason === undefined ? {} : { reason: redactWithin(reason, providers) }),
      ...(owner === undefined ? {} : { owner: redactWithin(owner, providers) }),
    };
  };
}

const hmacSha256: HmacSha256 = (baselineKey, text) =>
  Buffer.from(hmac(sha256, Buffer.from(baselineKey, "hex"), Buffer.from(text, "utf8"))).toString("hex");
