import type { FastifyInstance, FastifyRequest } from "fastify";
import { problemEnvelope, sendRefusal } from "../../http/envelope.ts";
import { refusalFromError } from "../../http/fastify-failure.ts";
import { refusalTable } from "../../http/refusal-table.ts";
import type { Refusal } from "../../refusal.ts";
import type { ServerContext } from "../../server-context.ts";
import { html } from "../markup/html.ts";
import { signInPage } from "../markup/page.ts";
import { sendPage } from "./send-page.ts";

/** Tells whoever looks at pages what failed as a page, and programs as the operator API does. */
export function mountFailures(app: FastifyInstance, { secretFormats }: ServerContext): void {
  app.setErrorHandler((error, request, reply) => {
    const known = refusalFromError(error);
    if (known === null) request.log.error({ err: error }, "request failed");
    const message = `the server failed; its log has the reason under request ${request.id}`;
    const refusal: Refusal = known ?? { code: "INTERNAL", message };
    return takesPages(request)
      ? sendPage(reply.code(refusalTable[refusal.code].status), failedPage(request, refusal))
      : sendRefusal(reply, problemEnvelope, refusal, secretFormats);
  });
}

const takesPages = ({ headers }: FastifyRequest): boolean => headers.accept?.includes("text/html") === true;

function failedPage({ method, url }: FastifyRequest, { code, message }: Refusal): string {
  const isLook = method === "GET";
  const says = isLook
    ? "What this page shows is not known now."
    : "Whether what you asked for was done is not known: look before you do it again.";
  return signInPage({
    title: refusalTable[code].title,
    problem: `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
    body: html`<p>${says}</p>
      <a class="button main" href="${isLook ? url : "/console"}">${isLook ? "Try again" : "Look"}</a>`,
  });
}
