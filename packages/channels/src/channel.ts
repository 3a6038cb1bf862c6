import type { Notice } from "./notice.ts";

/** A private way to the people who run Keywarden. */
export interface Channel {
  /** As the config names it. */
  readonly name: string;
  /**
   * Sends one notice. Sending it again is harmless: it carries the same id.
   *
   * @throws {@link ChannelError} CHANNEL_UNAVAILABLE, CHANNEL_REFUSED
   */
  send(notice: Notice): Promise<void>;
}
