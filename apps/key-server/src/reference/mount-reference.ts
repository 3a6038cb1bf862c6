import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { OpenApiDocument } from "./open-api.ts";
import { pageStyle, renderPage } from "./render-page.ts";

export const referencePaths = ["/openapi.json", "/docs"];

/** Serves the API's reference to everybody: what it says is in the source, and no key is in it. */
export function mountReference(app: FastifyInstance, describe: () => OpenApiDocument): void {
  // Written when somebody first asks, since a server that starts has more urgent things to do.
  let written: { readonly json: string; readonly page: string } | null = null;
  const write = () => {
    const document = describe();
    return (written ??= { json: JSON.stringify(document), page: renderPage(document) });
  };
  const style = createHash("sha256").update(pageStyle).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  app.get("/openapi.json", async (_request, reply) =>
    reply.header("content-type", "application/json; charset=utf-8").send((written ?? write()).json),
  );
  app.get("/docs", async (_request, reply) =>
    reply
      .header("content-type", "text/html; charset=utf-8")
      .header("content-security-policy", policy)
      .send((written ?? write()).page),
  );
}
