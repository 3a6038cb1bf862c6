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
import type { BeginSession } from "./begin-session.ts";
import { mountOidc } from "./mount-oidc.ts";
import { safeBack } from "./safe-back.ts";
import { sendPage } from "./send-page.ts";
import type { Sessions } from "./sessions.ts";
import { LINK_MS, makeSignInLinks } from "./sign-in-links.ts";
import { isFromHere, opensConsole, writeCookie } from "./visitor.ts";

const notFromHere = "That form was not from this server.";
const unknownToken = "That token does not open the console of this server.";
const endedLink = "That link was used or is too old. Ask for a new one, or sign in with a token.";

const tokenForm = (back: string, isMain: boolean): Html =>
  html`<form class="act" method="post" action="/console/sign-in">
    <input type="hidden" name="back" value="${back}" />
    ${textField("token", "Token", {
      type: "password",
      isRequired: true,
      hint: "A token of this server, such as the one in its bootstrap-token file.",
    })}
    <button class="${isMain ? "main" : ""}">Sign in</button>
    <small>You stay signed in for 15 minutes without a request, and for 8 hours at most.</small>
  </form>`;

// A link leads to a button, so that whatever looks at addresses before a person does cannot use it up.
const linkForm = (code: string): Html =>
  html`<form class="act" method="post" action="/console/sign-in">
    <input type="hidden" name="link" value="${code}" />
    <p>This link works once. It signs you in as whoever made it.</p>
    <button class="main">Sign in</button>
  </form>`;

/** Serves the ways into the console: a token of the server, a link that its holder had made, and an identity provider. */
export function mountSignIn(app: FastifyInstance, context: ServerContext, sessions: Sessions): void {
  const { signIn } = context;
  const links = makeSignInLinks(context.storage, context.randomBytes);

  /** The ways in that there are, with what is wrong with one of them; for a person also how to sign out at the provider. */
  const waysIn = async (back: string, isPerson = false): Promise<Html> => {
    const provider = signIn();
    if (provider === null) return tokenForm(back, true);
    const isReachable = (await provider.check()) === "ok";
    const endUrl = isPerson ? await provider.endUrl() : null;
    return html`<a class="button ${isReachable && html`main`}" href="${provider.startUrl(back)}"
        >Sign in with ${provider.name}</a
      >
      ${endUrl !== null && html`<p><a href="${endUrl}">Sign out of ${provider.name}, too</a></p>`}
      ${
        !isReachable &&
        html`<p class="note warning" role="status">
          This server cannot reach the identity provider now. A token still works.
        </p>`
      }
      <details ${!isReachable && html`open`}>
        <summary>Sign in with a token</summary>
        ${tokenForm(back, !isReachable)}
      </details>`;
  };
  const refuse = async (reply: FastifyReply, problem: string, back: string, isPerson = false) => {
    const ways = await waysIn(back, isPerson);
    return sendPage(reply, signInPage({ title: "Sign in", problem, body: ways }));
  };

  const beginSession: BeginSession = async (request, principal, holder) => {
    await context.storage.audit.append({
      action: "console.signed_in",
      actor: actorOf(principal),
      subject: null,
      provider: null,
      details: originOf({ ip: request.ip, requestId: request.id, principal }),
    });
    return sessions.begin(holder);
  };

  app.get("/console/sign-in", async (request, reply) => {
    const { link, back, out } = request.query as {
      readonly link?: unknown;
      readonly back?: unknown;
      readonly out?: unknown;
    };
    if (typeof link === "string")
      return sendPage(reply, signInPage({ title: "Sign in", body: linkForm(link) }));
    const ways = await waysIn(safeBack(back), out === "person");
    const body = html`${out !== undefined && html`<p class="note" role="status">You are signed out.</p>`}
    ${ways}`;
    return sendPage(reply, signInPage({ title: "Sign in", body }));
  });

  app.post("/console/sign-in", async (request, reply) => {
    const form = readForm(request.body);
    const back = safeBack(form.text("back"));
    if (!isFromHere(request)) return refuse(reply.code(403), notFromHere, back);
    const isLink = form.has("link");
    const found = isLink
      ? await findByLink(form.text("link"))
      : await findByToken(form.text("token"), request);
    if (found === null) return refuse(reply.code(401), isLink ? endedLink : unknownToken, back);
    const { principal, tokenSha256 } = found;
    const cookie = await beginSession(request, principal, { tokenSha256 });
    return reply.header("set-cookie", writeCookie(cookie, request.protocol === "https")).redirect(back, 303);
  });

  // Asked by a program that holds a token, such as `npm start`, for the person at its side.
  app.post("/console/sign-in-links", async (request, reply) => {
    const admitted = await admit(context, request, { right: "identity", keepsLimits: true });
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
    if (found.status === "known" && found.principal.type === "token")
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

  mountOidc(app, context, beginSession, refuse);
}
