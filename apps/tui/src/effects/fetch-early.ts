import { once } from "node:events";
import { request as requestHttp, type IncomingMessage } from "node:http";

/** What of a response the transport reads. */
type ReadResponse = Pick<Response, "status" | "type"> & {
  readonly headers: Pick<Headers, "get">;
  readonly body: AsyncIterable<Uint8Array> & { readonly cancel: () => Promise<void> };
};

/**
 * Asks one question without a body as `fetch` with `redirect: "manual"` does. Loading Node's own `fetch` takes 30 ms of
 * processor time, for which the first keys would wait; it asks everything else.
 */
export const fetchEarly: typeof fetch = async (input, init) => {
  const url = new URL(input instanceof URL || typeof input === "string" ? input : input.url);
  const request = url.protocol === "https:" ? (await import("node:https")).request : requestHttp;
  const signal = init?.signal ?? undefined;
  const asked = request(url, {
    method: init?.method ?? "GET",
    headers: init?.headers as Readonly<Record<string, string>>,
    ...(signal !== undefined && { signal }),
  });
  // One that comes after the answer has begun is the message's, too.
  asked.on("error", () => undefined);
  asked.end();
  try {
    const [message] = (await once(asked, "response")) as [IncomingMessage];
    const response: ReadResponse = {
      status: message.statusCode ?? 0,
      type: "basic",
      headers: {
        get: (name) => {
          const value = message.headers[name];
          return Array.isArray(value) ? value.join(", ") : (value ?? null);
        },
      },
      body: Object.assign(read(message, signal), {
        cancel: () => Promise.resolve(void message.destroy()),
      }),
    };
    return response as unknown as Response;
  } catch (error) {
    throw reasonOf(error, signal);
  }
};

async function* read(message: IncomingMessage, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    yield* message as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw reasonOf(error, signal);
  }
}

/** A call that its signal has ended fails with the signal's reason: the time that is out, for one. */
const reasonOf = (error: unknown, signal: AbortSignal | undefined): unknown =>
  signal?.aborted === true ? signal.reason : error;
