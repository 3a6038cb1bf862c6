import { SinkError, type Sink } from "@keywarden/rotation";

/** The target of the sink that is a page: it shows the new key to a person, who says when it is stored. */
export const PAGE_SINK = "page:copy";

/** What people read for it. */
export const PAGE_SINK_NAME = "a page, for you to copy once";

/**
 * A person takes the new key from a page; it counts as delivered only once they say that they have stored it.
 *
 * @param storedBy who said so; null while nobody has, and then the rotation ends in front of this sink
 */
export function makePageSink(storedBy: string | null): Sink {
  return {
    target: PAGE_SINK,
    check: async () => {},
    deliver: async () => {
      if (storedBy === null)
        throw new SinkError("SINK_NOT_READY", "nobody has said yet that the new key is stored");
      return `${storedBy} has stored it`;
    },
  };
}
