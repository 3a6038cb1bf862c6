export { channelSchema, type ChannelConfig } from "./channel-config.ts";
export { ChannelError } from "./channel-error.ts";
export type { Channel } from "./channel.ts";
export { makeEmailChannel, type EmailSettings } from "./email-channel.ts";
export { makeChannels } from "./make-channels.ts";
export { noticeSchema, oneLine, type Notice } from "./notice.ts";
export { makeSlackChannel } from "./slack-channel.ts";
export { makeWebhookChannel } from "./webhook-channel.ts";
