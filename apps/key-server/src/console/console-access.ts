import type { FastifyReply, FastifyRequest } from "fastify";
import { authenticate } from "../auth/authenticate.ts";
import { actorOf, originOf, type Caller } from "../auth/principal.ts";
import { checkRole } from "../auth/right.ts";
import { refusalTable } from "../http/refusal-table.ts";
import { requestFacts } from "../http/request-facts.ts";
import type { Answer, Call, OperatorRoute } from "../http/route.ts";
import { refuse, type Outcome, type Refusal } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";
import { sha256 } from "../sha256.ts";
import { html } from "./html.ts";
import { signInPage, writePage, type Viewer } from "./page.ts";
import { readForm } from "./read-form.ts";
import { isSameText, type Sessions } from "./sessions.ts";

const COOKIE = "keywarden_session";

/** Whoever has a session: how pages greet them, and how the operator API knows them. */
export interface Visitor {
  readonly viewer: Viewer;
  readonly caller: Caller;
}

/** Finds who sends a request by the cookie; the token is looked up again each time, so revoking it ends its sessions. */
export async function findVisitor(
  { storage }: ServerContext,
  sessions: Sessions,
  request: FastifyRequest,
): Promise<Visitor | null> {
  const session = sessions.find(readCookie(request));
  const token = session === null ? null : await storage.tokens.findBySha256(session.tokenSha256);
  if (session === null || token === null || token.revokedAtMs !== null) return null;
  const { id, name, role } = token;
  return {
    viewer: { name, role, csrf: session.csrf },
    caller: {
      principal: { type: "token", id, name, role },
      ip: request.ip,
      requestId: request.id,
      rateLimits: [],
    },
  };
}

/** Asks a route of the operator API as it would be asked over HTTP: with its right, its checks and its audit. */
export async function ask(
  context: ServerContext,
  { caller }: Visitor,
  route: OperatorRoute,
  call: Partial<Pick<Call, "params" | "query" | "body" | "ifMatch">>,
): Promise<Outcome<Answer>> {
  const { principal } = caller;
  if (principal.type !== "token") return refuse("FORBIDDEN", "only a token of the server opens the console");
  const allowed = checkRole(principal.role, route.right);
  if (!allowed.ok) {
    const { ip, requestId } = caller;
    await context.denials.record({
      ip,
      requestId,
      principal,
      route: `${route.method} ${route.path}`,
      reason: "forbidden",
      provider: null,
    });
    return allowed;
  }
  return route.handle(context, {
    caller,
    path: route.path,
    params: {},
    query: {},
    body: undefined,
    ifMatch: undefined,
    idempotencyKey: undefined,
    sealTo: undefined,
    ownKey: undefined,
    ...call,
  });
}

/** Whether a request to change something comes from a page of this session. */
export function isOwnForm(request: FastifyRequest, { viewer }: Visitor): boolean {
  return isFromHere(request) && isSameText(readForm(request.body).text("csrf"), viewer.csrf);
}

// Browsers say where a form stands; a program that says nothing has no cookie to be abused.
function isFromHere({ headers }: FastifyRequest): boolean {
  const { origin } = headers;
  if (headers["sec-fetch-site"] === "cross-site") return false;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === headers.host);
}

/** Begins a session for a token of the server, or says in the words of the API why not. */
export async function signIn(
  context: ServerContext,
  sessions: Sessions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const text = readForm(request.body).text("token");
  if (!isFromHere(request))
    return sendPage(reply.code(403), signInPage("That form was not from this server."));
  const found = await authenticate(context, text === "" ? null : text, requestFacts(request));
  const origin = { ip: request.ip, requestId: request.id };
  if (found.status !== "known" || found.principal.type !== "token") {
    const reason = found.status === "known" ? "not-a-token" : found.denied.code;
    await context.denials.record({
      ...origin,
      principal: null,
      route: "POST /console/sign-in",
      reason,
      provider: null,
    });
    return sendPage(reply.code(401), signInPage("That token does not open this server."));
  }
  const { principal } = found;
  await context.storage.audit.append({
    action: "console.signed_in",
    actor: actorOf(principal),
    subject: null,
    provider: null,
    details: originOf({ ...origin, principal }),
  });
  const secure = request.protocol === "https" ? "; Secure" : "";
  const cookie = `${COOKIE}=${sessions.begin(sha256(text))}; Path=/; HttpOnly; SameSite=Strict${secure}`;
  return reply.header("set-cookie", cookie).redirect("/console", 303);
}

export function signOut(sessions: Sessions, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  sessions.end(readCookie(request));
  const gone = `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`;
  return reply.header("set-cookie", gone).redirect("/console/sign-in", 303);
}

function readCookie({ headers }: FastifyRequest): string {
  const pair = (headers.cookie ?? "").split(";").find((part) => part.trim().startsWith(`${COOKIE}=`));
  return pair?.trim().slice(COOKIE.length + 1) ?? "";
}

const policy =
  "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Sends a page that no other site may frame, and that loads nothing from anywhere else. */
export function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply
    .header("content-type", "text/html; charset=utf-8")
    .header("content-security-policy", policy)
    .header("referrer-policy", "same-origin")
    .send(page);
}

/** Shows why something was not done. Nothing was changed by it. */
export function sendProblem(
  reply: FastifyReply,
  visitor: Visitor,
  { code, message }: Refusal,
  show: (text: string) => string,
) {
  const { status, title } = refusalTable[code];
  const body = html`<p class="note bad" role="alert">${show(message)}</p>
    <p>Nothing was changed. Go back to look again.</p>`;
  return sendPage(reply.code(status), writePage(title, "", visitor.viewer, body));
}
