import { setTimeout as sleep } from "node:timers/promises";
import { stalenessMs } from "../sql/change-feed.ts";
import type { ConnectionSettings } from "./connection-settings.ts";
import { loadPg } from "./load-pg.ts";
import { translateError } from "./translate-error.ts";

const pollEveryMs = 10_000;
const reconnectAfterMs = 1_000;
const beatEveryMs = 20;
/** So long after the last question nobody needs to know whether anything was missed. */
const quietAfterMs = 1_000;

export interface Listening {
  /** Whether every announcement that was made `stalenessMs` ago or earlier has been heard. */
  isCurrent(): boolean;
  /** The same, after the answer of a connection that nobody asked for a while; it waits no longer than what it proves. */
  becomesCurrent(): Promise<boolean>;
  stop(): Promise<void>;
}

/**
 * Listens, on a connection of its own, for what other processes announce. While that connection is down it is made
 * again every second; every 10 seconds `onPoll` is called anyway, for what was missed meanwhile.
 *
 * A connection can be dead long before anybody says so. As long as somebody asks whether it is current, it is asked
 * every 20 ms, and only its answers prove that nothing was missed: PostgreSQL sends what was announced before them.
 */
export async function listen(options: {
  readonly settings: ConnectionSettings;
  readonly channel: string;
  /** Marks the announcements of this process, which has heard them already. */
  readonly sender: string;
  /** Whose version is asked for with each question; what it throws ends the proof that nothing was missed. */
  readonly schema: { readonly name: string; readonly check: (version: number) => void };
  /** Gets what was announced after the sender's mark; empty where that is all. */
  readonly onAnnounced: (about: string) => void;
  readonly onPoll: () => void;
  /** Called when announcements may be missed from now on. */
  readonly onLost?: () => void;
}): Promise<Listening> {
  const { settings, channel, sender, schema, onAnnounced, onPoll, onLost } = options;
  const { Client } = await loadPg();
  const stopping = new AbortController();
  let retry: NodeJS.Timeout | undefined;
  let provenAtMs = -Infinity;
  let askedAtMs = -Infinity;
  let isBeating = false;
  let isConnected = false;
  /** Ends with the answer to the latest question, or when that would prove nothing any more. */
  let answer = Promise.resolve();
  let current = makeClient();

  function makeClient() {
    const client = new Client({ ...settings.pool, keepAlive: true });
    client.on("notification", ({ payload = "" }) => {
      const [from, about = ""] = split(payload);
      if (from !== sender) onAnnounced(about);
    });
    client.on("error", () => lose(client));
    client.on("end", () => {
      lose(client);
      reconnectSoon();
    });
    return client;
  }

  function lose(client: typeof current): void {
    if (client !== current) return;
    provenAtMs = -Infinity;
    if (isConnected) onLost?.();
    isConnected = false;
  }

  function reconnectSoon(): void {
    if (stopping.signal.aborted) return;
    clearTimeout(retry);
    retry = setTimeout(() => {
      current = makeClient();
      connect()
        .then(onPoll)
        .catch(() => reconnectSoon());
    }, reconnectAfterMs);
    retry.unref();
  }

  async function connect(): Promise<void> {
    await current.connect();
    await current.query(`listen ${current.escapeIdentifier(channel)}`);
    isConnected = true;
  }

  async function beat(): Promise<void> {
    // oxlint-disable-next-line no-unmodified-loop-condition -- events of the connection change it while this waits
    while (isConnected && performance.now() - askedAtMs < quietAfterMs) {
      const client = current;
      const sentAtMs = performance.now();
      const { promise, resolve } = Promise.withResolvers<void>();
      answer = promise;
      const overdue = setTimeout(resolve, stalenessMs);
      try {
        const { rows } = await client.query<{ version: number }>(
          `select max(version) as version from ${client.escapeIdentifier(schema.name)}.schema_migrations`,
        );
        schema.check(rows[0]?.version ?? 0);
      } catch {
        // A connection that does not answer ends, and is made again; a newer program's schema is not known here.
        return;
      } finally {
        clearTimeout(overdue);
        resolve();
      }
      // What waits for the answer goes on after this.
      if (client === current && isConnected) provenAtMs = sentAtMs;
      await sleep(beatEveryMs, undefined, { ref: false });
    }
  }

  try {
    await connect();
  } catch (error) {
    stopping.abort();
    await current.end().catch(() => {});
    throw translateError(error, `listen at ${settings.location}`);
  }
  const poll = setInterval(onPoll, pollEveryMs);
  poll.unref();
  const isCurrent = (): boolean => {
    askedAtMs = performance.now();
    if (!isBeating) {
      isBeating = true;
      void beat().finally(() => (isBeating = false));
    }
    return askedAtMs - provenAtMs <= stalenessMs;
  };
  return {
    isCurrent,
    becomesCurrent: async () => {
      if (isCurrent()) return true;
      await answer;
      return isCurrent();
    },
    async stop() {
      stopping.abort();
      clearTimeout(retry);
      clearInterval(poll);
      await current.end().catch(() => {});
    },
  };
}

function split(payload: string): readonly string[] {
  const space = payload.indexOf(" ");
  return space === -1 ? [payload] : [payload.slice(0, space), payload.slice(space + 1)];
}
