import { guardRequests, type Verifier, type VerifiableKey } from "@keywarden/verifier";

/** An API of the Fetch standard, as Next.js, Deno, Bun and workers have them. */
export function makeFetchApi(verifier: Verifier<VerifiableKey>): (request: Request) => Promise<Response> {
  const invoices = guardRequests(
    {
      verifier,
      addressOf: (request) => request.headers.get("x-real-ip"),
      needs: () => ({ permission: "invoices:read" }),
    },
    (_request, key) => Response.json({ for: key.id }),
  );
  return async (request) =>
    new URL(request.url).pathname === "/health" ? new Response("up") : invoices(request);
}
