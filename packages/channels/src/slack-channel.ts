import type { Secret } from "@keywarden/key-format";
import type { Channel } from "./channel.ts";
import { postJson } from "./post-json.ts";

/** Makes a channel for an incoming webhook of Slack, or of whatever takes Slack's messages. */
export function makeSlackChannel({ name, url }: { readonly name: string; readonly url: Secret }): Channel {
  return {
    name,
    async send({ id, title, facts, remedy }) {
      const lines = [
        `*${escape(title)}*`,
        ...facts.map(([fact, value]) => `${fact}: ${escape(value)}`),
        ...(remedy === null ? [] : [escape(remedy)]),
      ];
      const text = JSON.stringify({ text: lines.join("\n"), unfurl_links: false, unfurl_media: false });
      await postJson(name, url.reveal(), text, { "keywarden-delivery": id });
    },
  };
}

// Slack reads <…> as links and mentions; a path that holds one would ring everybody. The zero-width space stops marks.
function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[*_~`]/gu, "$&\u200B");
}
