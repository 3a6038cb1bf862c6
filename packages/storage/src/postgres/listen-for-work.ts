import type { ConnectionSettings } from "./connection-settings.ts";
import { loadPg } from "./load-pg.ts";
import { translateError } from "./translate-error.ts";

const pollEveryMs = 10_000;
const reconnectAfterMs = 1_000;

/**
 * Listens, on a connection of its own, for what other processes announce. While that connection is down it is made
 * again every second; every 10 seconds the work is announced anyway, for what was missed meanwhile.
 */
export async function listenForWork(options: {
  readonly settings: ConnectionSettings;
  readonly channel: string;
  /** Marks the announcements of this process, which has heard them already. */
  readonly sender: string;
  readonly onWork: () => void;
}): Promise<{ stop(): Promise<void> }> {
  const { settings, channel, sender, onWork } = options;
  const { Client } = await loadPg();
  const stopping = new AbortController();
  let retry: NodeJS.Timeout | undefined;
  let current = makeClient();

  function makeClient() {
    const client = new Client({ ...settings.pool, keepAlive: true });
    client.on("notification", ({ payload }) => {
      if (payload !== sender) onWork();
    });
    client.on("error", () => {});
    client.on("end", () => reconnectSoon());
    return client;
  }

  function reconnectSoon(): void {
    if (stopping.signal.aborted) return;
    clearTimeout(retry);
    retry = setTimeout(() => {
      current = makeClient();
      connect()
        .then(onWork)
        .catch(() => reconnectSoon());
    }, reconnectAfterMs);
    retry.unref();
  }

  async function connect(): Promise<void> {
    await current.connect();
    await current.query(`listen ${current.escapeIdentifier(channel)}`);
  }

  try {
    await connect();
  } catch (error) {
    stopping.abort();
    await current.end().catch(() => {});
    throw translateError(error, `listen at ${settings.place}`);
  }
  const poll = setInterval(onWork, pollEveryMs);
  poll.unref();
  return {
    async stop() {
      stopping.abort();
      clearTimeout(retry);
      clearInterval(poll);
      await current.end().catch(() => {});
    },
  };
}
