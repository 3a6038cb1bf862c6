import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { authenticate } from "../../auth/authenticate.ts";
import { actorOf, holderOf, originOf, type Principal } from "../../auth/principal.ts";
import { admit } from "../../http/admit.ts";
import { problemEnvelope, sendRefusal } from "../../http/envelope.ts";
import { readBearer } from "../../http/headers.ts";
import { requestFacts } from "../../http/request-facts.ts";
import type { ServerContext } from "../../server-context.ts";
import { sha256 } from "../../sha256.ts";
import { textField } from "../markup/fields.ts";
import { html, type Html } from "../markup/html.ts";
import { signInPage } from "../markup/page.ts";
import { readForm } from "../markup/read-form.ts";
import { sendPage } from "./send-page.ts";
import type { Sessions } from "./sessions.ts";
import { LINK_MS, makeSignInLinks } from "./sign-in-links.ts";
import { isFromHere, opensConsole, writeCookie } from "./visitor.ts";

const notFromHere = "That form was not from this server.";
const unknownToken = "That token does not open the console of this server.";
const endedLink = "That link was used or is too old. Ask for a new one, or sign in with a token.";

const tokenForm = html`<form class="act" method="post" action="/console/sign-in">
  ${textField("token", "Token", {
    type: "password",
    isRequired: true,
    hint: "A token of this server, such as the one in its bootstrap-token file.",
  })}
  <button class="main">Sign in</button>
  <small>You stay signed in for 15 minutes without a request, and for 8 hours at most.</small>
</form>`;

// A link leads to a button, so that whatever looks at addresses before a person does cannot use it up.
const linkForm = (code: string): Html =>
  html`<form class="act" method="post" action="/console/sign-in">
    <input type="hidden" name="link" value="${code}" />
    <p>This link works once. It signs you in as whoever made it.</p>
    <button class="main">Sign in</button>
  </form>`;

/** Serves the ways into the console: a token of the server, or a link that its holder had made and that works once. */
export function mountSignIn(app: FastifyInstance, context: ServerContext, sessions: Sessions): void {
  const links = makeSignInLinks(context.storage, context.randomBytes);

  app.get("/console/sign-in", async (request, reply) => {
    const { link } = request.query as { readonly link?: unknown };
    return sendPage(reply, signInPage("", typeof link === "string" ? linkForm(link) : tokenForm));
  });

  app.post("/console/sign-in", async (request, reply) => {
    if (!isFromHere(request)) return sendPage(reply.code(403), signInPage(notFromHere, tokenForm));
    const form = readForm(request.body);
    const isLink = form.has("link");
    const found = isLink
      ? await findByLink(form.text("link"))
      : await findByToken(form.text("token"), request);
    if (found === null) {
      const problem = isLink ? endedLink : unknownToken;
      return sendPage(reply.code(401), signInPage(problem, tokenForm));
    }
    return begin(request, reply, found);
  });

  // Asked by a program that holds a token, such as `npm start`, for the person at its side.
  app.post("/console/sign-in-links", async (request, reply) => {
    const admitted = await admit(context, request, { right: "identity" });
    if (!admitted.ok) return sendRefusal(reply, problemEnvelope, admitted.refusal, context.secretFormats);
    const code = await links.make(sha256(readBearer(request.headers.authorization) ?? ""));
    return reply.code(201).send({ path: `/console/sign-in?link=${code}`, validForSeconds: LINK_MS / 1000 });
  });

  interface Found {
    readonly principal: Principal;
    readonly tokenSha256: string;
  }

  async function findByLink(code: string): Promise<Found | null> {
    const tokenSha256 = await links.use(code);
    const token = tokenSha256 === null ? null : await context.storage.tokens.findBySha256(tokenSha256);
    if (tokenSha256 === null || token === null || !opensConsole(token, context.storage.now())) return null;
    return { principal: holderOf(token), tokenSha256 };
  }

  async function findByToken(text: string, request: FastifyRequest): Promise<Found | null> {
    const found = await authenticate(context, text === "" ? null : text, requestFacts(request));
    if (found.status === "known" && found.principal.type === "token" && found.principal.limits === null)
      return { principal: found.principal, tokenSha256: sha256(text) };
    await context.denials.record({
      ip: request.ip,
      requestId: request.id,
      principal: null,
      route: "POST /console/sign-in",
      reason: found.status === "known" ? "no-token-for-the-console" : found.denied.code,
      provider: null,
    });
    return null;
  }

  async function begin(
    request: FastifyRequest,
    reply: FastifyReply,
    { principal, tokenSha256 }: Found,
  ): Promise<FastifyReply> {
    await context.storage.audit.append({
      action: "console.signed_in",
      actor: actorOf(principal),
      subject: null,
      provider: null,
      details: originOf({ ip: request.ip, requestId: request.id, principal }),
    });
    const cookie = writeCookie(await sessions.begin({ tokenSha256 }), request.protocol === "https");
    return reply.header("set-cookie", cookie).redirect("/console", 303);
  }
}
