import { createHmac } from "node:crypto";
import type { Secret } from "@keywarden/key-format";
import type { Channel } from "./channel.ts";
import { postJson } from "./post-json.ts";

/**
 * Makes a channel that posts each notice as JSON, signed as the alerts of single keys are:
 * `Keywarden-Signature: t=<unix seconds>,v1=<hex HMAC-SHA-256 of "<t>.<body>">`.
 */
export function makeWebhookChannel(
  { name, url, secret }: { readonly name: string; readonly url: string; readonly secret: Secret },
  clock: () => number,
): Channel {
  return {
    name,
    async send({ id, event, title, remedy, body }) {
      const text = JSON.stringify({ id, event, title, remedy, ...body });
      const seconds = Math.floor(clock() / 1_000);
      const signature = createHmac("sha256", secret.reveal()).update(`${seconds}.${text}`).digest("hex");
      await postJson(name, url, text, {
        "keywarden-delivery": id,
        "keywarden-event": event,
        "keywarden-signature": `t=${seconds},v1=${signature}`,
      });
    },
  };
}
