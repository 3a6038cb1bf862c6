import { ChannelError } from "./channel-error.ts";
import { makeChannel, type ChannelConfig } from "./channel-config.ts";
import type { Channel } from "./channel.ts";

/**
 * Makes channels, with the secrets that their files hold.
 *
 * @throws {@link ChannelError} CHANNEL_NAMED_TWICE
 */
export function makeChannels(
  configs: readonly ChannelConfig[],
  readSecret: (file: string) => string,
  clock: () => number,
): readonly Channel[] {
  const twice = configs.find(({ name }, index) => configs.findIndex((one) => one.name === name) < index);
  if (twice !== undefined)
    throw new ChannelError("CHANNEL_NAMED_TWICE", `channels: "${twice.name}" is the name of two channels`);
  return configs.map((config) => makeChannel(config, readSecret, clock));
}
