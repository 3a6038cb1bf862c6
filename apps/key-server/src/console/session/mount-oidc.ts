import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { callbackPath, startPath } from "../../sign-in/identity-provider.ts";
import type { SignInFailure } from "../../sign-in/failure-sentence.ts";
import type { ServerContext } from "../../server-context.ts";
import { html } from "../markup/html.ts";
import { signInPage, type MenuEntry } from "../markup/page.ts";
import { forgetBegun, readBegun, writeBegun } from "./begun-cookie.ts";
import { safeBack } from "./safe-back.ts";
import { sendPage } from "./send-page.ts";
import { writeCookie } from "./visitor.ts";
import type { BeginSession } from "./begin-session.ts";

const statuses: Readonly<Record<string, number>> = { unreachable: 503, "bad-discovery": 503 };

/** Serves the way to an identity provider and back. */
export function mountOidc(
  app: FastifyInstance,
  context: ServerContext,
  beginSession: BeginSession,
  refuse: (reply: FastifyReply, says: string, back: string, isPerson?: boolean) => Promise<FastifyReply>,
): void {
  const { signIn, denials } = context;
  const isSecure = (request: FastifyRequest): boolean => signIn()?.isSecure ?? request.protocol === "https";
  const fail = (reply: FastifyReply, { reason, says }: SignInFailure, back: string) =>
    // Whom the provider knows and this server does not may want to be somebody else there.
    reason.startsWith("no-")
      ? refuse(reply.code(403), says, back, true)
      : refuse(reply.code(statuses[reason] ?? 401), says, back);

  app.get(startPath, async (request, reply) => {
    const provider = signIn();
    const back = safeBack((request.query as { readonly back?: unknown }).back);
    if (provider === null) return reply.redirect("/console/sign-in", 303);
    const begun = await provider.begin();
    if (!begun.ok) return fail(reply, begun, back);
    const cookie = writeBegun({ ...begun.begun, back }, isSecure(request));
    return reply.header("set-cookie", cookie).redirect(begun.url, 303);
  });

  app.get(callbackPath, async (request, reply) => {
    const provider = signIn();
    if (provider === null) return reply.redirect("/console/sign-in", 303);
    const begun = readBegun(request, isSecure(request));
    const back = safeBack(begun?.back);
    // Whatever comes of it, this sign-in is over.
    const forget = forgetBegun(isSecure(request));
    const [, query = ""] = request.url.split("?");
    const found = await provider.finish(new URLSearchParams(query), begun);
    if (!found.ok) {
      await denials.record({
        ip: request.ip,
        requestId: request.id,
        principal: null,
        route: `GET ${callbackPath}`,
        reason: found.reason,
        provider: null,
        ...("named" in found && found.named !== undefined && { named: found.named }),
      });
      return fail(reply.header("set-cookie", forget), found, back);
    }
    const { person } = found;
    const text = await beginSession(request, person, {
      person: { ...person, limits: person.limits === null ? null : { ...person.limits } },
      mapping: provider.mapping,
    });
    void reply.header("set-cookie", [forget, writeCookie(text, isSecure(request))]);
    return sendPage(reply, arrivedPage({ path: back, name: "Continue" }));
  });
}

// The session's cookie is for requests of this site alone, and a redirect would still be one of the provider's: a page
// of this site leads on.
function arrivedPage({ path, name }: MenuEntry): string {
  return signInPage({
    title: "Signed in",
    head: html`<meta http-equiv="refresh" content="0;url=${path}" />`,
    body: html`<p>You are signed in.</p>
      <a class="button main" href="${path}">${name}</a>`,
  });
}
