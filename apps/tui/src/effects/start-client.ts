import type { Secret } from "@keywarden/key-format";
import { makeInventoryClient, type InventoryClient } from "@keywarden/management/inventory-client";
import type { Host } from "../host.ts";
import type { SessionClock } from "@keywarden/inventory";
import { followClock } from "./follow-clock.ts";
import { firstPage } from "./load-inventory.ts";
import { logCalls } from "./log-calls.ts";
import type { SendEvent } from "./send-event.ts";

/** A client whose first questions are on their way, and whose calls are told to whoever listens later. */
export interface StartedClient {
  readonly client: InventoryClient;
  /** Calls the server with this token from now on. */
  readonly useToken: (token: Secret) => void;
  /** Tells what was called until now and from now on. */
  readonly listen: (send: SendEvent) => void;
  /** Breaks off every call that waits for an answer, the feed's among them; nothing is told from then on. */
  readonly close: () => void;
}

/** Asks the server for the first keys at once: loading what draws them takes longer than the answer. */
export function startClient(
  { server, token: first }: { readonly server: string; readonly token: Secret },
  ask: Host["ask"],
  clock: SessionClock,
): StartedClient {
  let token = first;
  let send: SendEvent | undefined;
  const closing = new AbortController();
  const untold: Parameters<SendEvent>[0][] = [];
  const tell: SendEvent = (event) => {
    if (closing.signal.aborted) return;
    if (send === undefined) untold.push(event);
    else send(event);
  };
  const client = makeInventoryClient({
    baseUrl: server,
    token: () => token,
    fetch: followClock(logCalls(until(closing.signal, ask), tell, clock), clock, tell),
  });
  return {
    client: askEarly(client),
    useToken: (given) => {
      token = given;
    },
    listen: (listener) => {
      send = listener;
      for (const event of untold.splice(0)) listener(event);
    },
    close: () => closing.abort(),
  };
}

/** The same `fetch`, whose calls end with the signal. */
function until(end: AbortSignal, ask: Host["ask"]): Host["ask"] {
  return (input, init) => {
    const own = init?.signal;
    const signal = own === undefined || own === null ? end : AbortSignal.any([end, own]);
    return ask(input, { ...init, signal });
  };
}

/** The same client, with the first answers about the feed and the inventory on their way. */
function askEarly(client: InventoryClient): InventoryClient {
  let feed: ReturnType<InventoryClient["changes"]> | null = client.changes();
  // What changes while pages arrive is in the feed only after a position that was asked for before them.
  let page: ReturnType<InventoryClient["list"]> | null = feed.then(
    () => client.list({ limit: firstPage }),
    () => client.list({ limit: firstPage }),
  );
  // Whoever asks is told of a failure; nobody may have asked by then.
  for (const answer of [feed, page]) answer.catch(() => undefined);
  return {
    ...client,
    changes: (query) => {
      const answer = query === undefined ? feed : null;
      if (answer !== null) feed = null;
      return answer ?? client.changes(query);
    },
    list: (query) => {
      const isFirst = query?.limit === firstPage && Object.keys(query).length === 1;
      const answer = isFirst ? page : null;
      if (answer !== null) page = null;
      return answer ?? client.list(query);
    },
  };
}
