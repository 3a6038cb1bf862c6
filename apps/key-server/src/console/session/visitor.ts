import type { FastifyRequest } from "fastify";
import type { TokenRecord } from "@keywarden/storage";
import { holderOf, type Caller } from "../../auth/principal.ts";
import { checkRole } from "../../auth/right.ts";
import { tokenState } from "../../auth/token-state.ts";
import type { Answer, AdmittedCall, OperatorRoute } from "../../http/route.ts";
import { refuse, type Outcome } from "../../refusal.ts";
import type { ServerContext } from "../../server-context.ts";
import type { Viewer } from "../markup/page.ts";
import { readForm } from "../markup/read-form.ts";
import { maskMark, unmaskMark } from "./mask-mark.ts";
import { isSameText, type Sessions } from "./sessions.ts";

const COOKIE = "keywarden_session";

/** Whoever has a session: how pages greet them, and how the operator API knows them. */
export interface Visitor {
  /** What forms of this session carry back, as {@link maskMark} writes it into each page. */
  readonly mark: string;
  readonly viewer: Viewer;
  readonly caller: Caller;
}

/** Finds who sends a request by the cookie; the token is looked up again each time, so revoking it ends its sessions. */
export async function findVisitor(
  { storage, randomBytes }: ServerContext,
  sessions: Sessions,
  request: FastifyRequest,
): Promise<Visitor | null> {
  const session = await sessions.find(readCookie(request));
  const tokenSha256 = session?.holder["tokenSha256"];
  const token = typeof tokenSha256 === "string" ? await storage.tokens.findBySha256(tokenSha256) : null;
  if (session === null || token === null || !opensConsole(token, storage.now())) return null;
  const { name, role } = token;
  const isUnlocked = session.unlockedUntilMs > storage.now();
  return {
    mark: session.csrf,
    viewer: { name, role, csrf: maskMark(session.csrf, randomBytes), isUnlocked },
    caller: {
      principal: holderOf(token),
      ip: request.ip,
      requestId: request.id,
      rateLimits: [],
    },
  };
}

/** The console shows all keys, so a token that is limited to some of them does not open it. */
export function opensConsole(token: TokenRecord, nowMs: number): boolean {
  return token.limits === null && tokenState(token, nowMs) === "active";
}

/** Asks a route of the operator API as it would be asked over HTTP: with its right, its checks and its audit. */
export async function ask(
  context: ServerContext,
  { caller }: Visitor,
  route: OperatorRoute,
  call: Partial<Omit<AdmittedCall, "caller" | "path">>,
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
export function isOwnForm(request: FastifyRequest, { mark }: Visitor): boolean {
  return isFromHere(request) && isSameText(unmaskMark(readForm(request.body).text("csrf")), mark);
}

/** Browsers say where a form stands; a program that says nothing has no cookie to be abused. */
export function isFromHere({ headers }: FastifyRequest): boolean {
  const { origin } = headers;
  if (headers["sec-fetch-site"] === "cross-site") return false;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === headers.host);
}

export function readCookie({ headers }: FastifyRequest): string {
  const pair = (headers.cookie ?? "").split(";").find((part) => part.trim().startsWith(`${COOKIE}=`));
  return pair?.trim().slice(COOKIE.length + 1) ?? "";
}

/** Writes the cookie of a session, which no script and no other site can use. */
export function writeCookie(text: string, isSecure: boolean): string {
  return `${COOKIE}=${text}; Path=/; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}`;
}

/** Takes the cookie of a session away. */
export const noCookie = `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`;
