import type { Verifier, VerifiableKey } from "@keywarden/verifier";
import { guardHono } from "@keywarden/verifier/hono";
import { Hono } from "hono";

/** An API on Hono whose routes below /v1 need a key. */
export function makeHonoApi(verifier: Verifier<VerifiableKey>) {
  return new Hono()
    .get("/health", (context) => context.text("up"))
    .use(
      "/v1/*",
      guardHono({
        verifier,
        // On Node: getConnInfo(context).remote.address of @hono/node-server/conninfo, if no proxy is in front.
        addressOf: (context) => context.req.header("x-real-ip") ?? null,
        needs: () => ({ permission: "invoices:read" }),
      }),
    )
    .get("/v1/invoices", (context) => context.json({ for: context.get("key").id }));
}
