import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { makeIdentifyKey, Suppressor } from "@keywarden/scan";
import type { HmacSha256, ScanPolicy } from "@keywarden/scan";
import type { Suppression } from "./suppression.ts";
import { describeExpired } from "./allow-use.ts";
import type { Setup } from "./setup.ts";

/** Makes what decides over findings from what the repository says about its own scans. */
export function makeSuppression(
  { config, baseline }: Setup,
  policy: ScanPolicy,
  nowMs: number,
  fromTop: Suppression["fromTop"],
): Suppression {
  const { allow, exclude } = config;
  const suppressor = new Suppressor({
    allow,
    baseline: baseline?.ids ?? new Set(),
    ...(baseline === null ? {} : { identify: makeIdentifyKey(baseline.key, hmacSha256) }),
    nowMs,
  });
  return { policy, suppressor, exclude, fromTop, describeExpired: (uses) => describeExpired(allow, uses) };
}

const hmacSha256: HmacSha256 = (baselineKey, text) =>
  Buffer.from(hmac(sha256, Buffer.from(baselineKey, "hex"), Buffer.from(text, "utf8"))).toString("hex");
