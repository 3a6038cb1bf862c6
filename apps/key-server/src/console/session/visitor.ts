import type { FastifyRequest } from "fastify";
import { roleSchema, tokenLimitsSchema } from "@keywarden/management";
import type { TokenRecord } from "@keywarden/storage";
import * as z from "zod";
import { holderOf, type Caller, type Person, type Principal } from "../../auth/principal.ts";
import { describeLimits } from "../../auth/token-limits.ts";
import { tokenState } from "../../auth/token-state.ts";
import type { ServerContext } from "../../server-context.ts";
import type { Viewer } from "../markup/page.ts";
import { readForm } from "../markup/read-form.ts";
import { maskMark, unmaskMark } from "./mask-mark.ts";
import { isSameText, type ConsoleSession, type Sessions } from "./sessions.ts";

const COOKIE = "keywarden_session";

/** Whoever has a session: how pages greet them, and how the operator API knows them. */
export interface Visitor {
  /** What forms of this session carry back, as {@link maskMark} writes it into each page. */
  readonly mark: string;
  readonly viewer: Viewer;
  readonly caller: Caller;
  /** What finds out later on who it is, and whether they still may. */
  readonly holder: ConsoleSession["holder"];
}

/** Finds who sends a request by the cookie; the token is looked up again each time, so revoking it ends its sessions. */
export async function findVisitor(
  context: ServerContext,
  sessions: Sessions,
  request: FastifyRequest,
): Promise<Visitor | null> {
  const { storage, randomBytes } = context;
  const session = await sessions.find(readCookie(request));
  const principal = session === null ? null : await findHolder(context, session.holder);
  if (session === null || principal === null) return null;
  const { name, role, limits } = principal;
  const isUnlocked = session.unlockedUntilMs > storage.now();
  return {
    mark: session.csrf,
    holder: session.holder,
    viewer: {
      name,
      email: principal.type === "person" && principal.email !== name ? principal.email : null,
      isPerson: principal.type === "person",
      role,
      limits: limits === null ? null : describeLimits(limits),
      csrf: maskMark(session.csrf, randomBytes),
      isUnlocked,
    },
    caller: {
      principal,
      ip: request.ip,
      requestId: request.id,
      rateLimits: [],
    },
  };
}

/** Whether a token opens the console; one with limits sees its own keys there. */
export function opensConsole(token: TokenRecord, nowMs: number): boolean {
  return tokenState(token, nowMs) === "active";
}

const personSchema = z.strictObject({
  type: z.literal("person"),
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  role: roleSchema,
  limits: tokenLimitsSchema.nullable(),
});

/** The person whose session it is; null where it is a token's, or what people get here was changed since. */
export function readPerson(
  { signIn }: Pick<ServerContext, "signIn">,
  { person, mapping }: ConsoleSession["holder"],
): Person | null {
  const known = personSchema.safeParse(person);
  return known.success && mapping === signIn()?.mapping ? known.data : null;
}

/** Who a session belongs to now: the token may have ended. */
export async function findHolder(
  context: Pick<ServerContext, "storage" | "signIn">,
  holder: object,
): Promise<Exclude<Principal, { readonly type: "key" }> | null> {
  const known = holder as ConsoleSession["holder"];
  const { tokenSha256 } = known;
  if (typeof tokenSha256 !== "string") return readPerson(context, known);
  const token = await context.storage.tokens.findBySha256(tokenSha256);
  return token === null || !opensConsole(token, context.storage.now()) ? null : holderOf(token);
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

export function readCookie(request: FastifyRequest): string {
  return readNamedCookie(request, COOKIE);
}

export function readNamedCookie({ headers }: FastifyRequest, name: string): string {
  const pair = (headers.cookie ?? "").split(";").find((part) => part.trim().startsWith(`${name}=`));
  return pair?.trim().slice(name.length + 1) ?? "";
}

/** Writes the cookie of a session, which no script and no other site can use. */
export function writeCookie(text: string, isSecure: boolean): string {
  return `${COOKIE}=${text}; Path=/; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}`;
}

/** Takes the cookie of a session away. */
export const noCookie = `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`;
