import type { FastifyInstance } from "fastify";

/** Makes a `fetch` that sends requests to this server without a network: a new key is tried as any program would try it. */
export function makeProviderFetch(http: () => Pick<FastifyInstance, "inject">): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const text = await request.text();
    const answer = await http().inject({
      method: request.method as "GET",
      url: url.pathname + url.search,
      headers: Object.fromEntries(request.headers),
      ...(text !== "" && { payload: text }),
    });
    const told = ["content-type", "retry-after"].flatMap((name) => {
      const value = answer.headers[name];
      return value === undefined ? [] : [[name, String(value)] as [string, string]];
    });
    return new Response(answer.body === "" ? null : answer.body, {
      status: answer.statusCode,
      headers: told,
    });
  };
}
