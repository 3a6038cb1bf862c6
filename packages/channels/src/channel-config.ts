import { Secret } from "@keywarden/key-format";
import * as z from "zod";
import type { Channel } from "./channel.ts";
import { makeEmailChannel } from "./email-channel.ts";
import { makeSlackChannel } from "./slack-channel.ts";
import { makeWebhookChannel } from "./webhook-channel.ts";

const fileSchema = z.string().min(1, "must name a file");
const urlSchema = z.url({ protocol: /^https?$/u, error: "must be an http or https URL" });
const nameSchema = z.string().regex(/^[a-z0-9-]{1,40}$/u, "must be 1 to 40 of a-z, 0-9 and -");
const addressSchema = z.string().regex(/^[^\r\n]*@[^\r\n]+$/u, "must be an e-mail address");

/** Private channels, as the config has them. */
export const channelSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("webhook"), name: nameSchema, url: urlSchema, secretFile: fileSchema }),
  z.strictObject({ kind: z.literal("slack"), name: nameSchema, urlFile: fileSchema }),
  z.strictObject({
    kind: z.literal("email"),
    name: nameSchema,
    host: z.string().min(1),
    port: z.int().min(1).max(65_535).default(587),
    security: z.enum(["tls", "starttls", "none"]).default("starttls"),
    user: z.string().optional(),
    passwordFile: fileSchema.optional(),
    from: addressSchema,
    to: z.array(addressSchema).min(1),
  }),
]);

export type ChannelConfig = z.infer<typeof channelSchema>;

/** Makes a channel, with the secrets that its files hold. */
export function makeChannel(
  config: ChannelConfig,
  readSecret: (file: string) => string,
  clock: () => number,
): Channel {
  const { name } = config;
  if (config.kind === "webhook") {
    const secret = new Secret(readSecret(config.secretFile));
    return makeWebhookChannel({ name, url: config.url, secret }, clock);
  }
  if (config.kind === "slack") return makeSlackChannel({ name, url: new Secret(readSecret(config.urlFile)) });
  const { passwordFile, host, port, security, user, from, to } = config;
  const password = passwordFile === undefined ? undefined : new Secret(readSecret(passwordFile));
  return makeEmailChannel({ name, host, port, security, user, password, from, to });
}
