import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { tokenPrefix, type TokenRecord } from "@keywarden/storage";
import type { FastifyInstance } from "fastify";
import { holderOf, type Principal } from "../auth/principal.ts";
import { checkRole } from "../auth/right.ts";
import { tokenState } from "../auth/token-state.ts";
import type { AnswerFirst } from "../http/answer-first.ts";
import { readBearer } from "../http/headers.ts";
import type { ServerContext } from "../server-context.ts";
import { sha256 } from "../sha256.ts";
import { readPlainVerifyRequest } from "./plain-verify-request.ts";
import { answerVerification, verifyKeyRoute } from "./verify-key.ts";

const MOST_BYTES = 64 * 1024;
const jsonTypes = new Set(["application/json", "application/json; charset=utf-8"]);

export interface VerifyFirst {
  readonly answerFirst: AnswerFirst;
  /** Gives the framework what was already read of a request that is handed on. Before any route is mounted. */
  readonly mount: (http: FastifyInstance) => void;
}

/**
 * Answers `POST /v1/keys/verify` where nothing about the request is out of the ordinary: a token that works, one
 * verification in JSON, a storage whose changes are known. Everything else is answered by the framework's route, as
 * if it had come there at once, so that no refusal is written twice. The framework takes about as long as all the rest
 * of a verification together.
 */
export function makeVerifyFirst(context: ServerContext): VerifyFirst {
  const { closing, metrics, storage } = context;
  /** What was taken of requests that are handed on: their bodies, or why there is no answer. */
  const taken = new WeakMap<IncomingMessage, Buffer | Error>();

  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
    ordinary: () => void,
  ): Promise<void> => {
    const startedAtMs = performance.now();
    // Until the parser has read on: the body mostly comes with the head.
    await Promise.resolve();
    if (!storage.feed.isCurrent() && !(await storage.feed.becomesCurrent())) return ordinary();
    const holder = findHolder(context, request.headers.authorization);
    const principal = holder instanceof Promise ? await holder : holder;
    if (principal === null) return ordinary();
    const requestId = randomUUID();
    let body: Buffer | null = null;
    let text: string | null = null;
    try {
      body = takeWhole(request) ?? (await readWhole(request));
      const asked = isUtf8(body) ? readPlainVerifyRequest(body.toString()) : null;
      if (asked !== null) {
        const answered = answerVerification(context, { requestId, principal }, asked);
        text = JSON.stringify(answered instanceof Promise ? await answered : answered);
      }
    } catch (error) {
      taken.set(request, error instanceof Error ? error : new Error(String(error)));
      return ordinary();
    }
    if (text === null) {
      taken.set(request, body);
      return ordinary();
    }
    const size = Buffer.byteLength(text);
    response.writeHead(200, [
      "content-type",
      "application/json; charset=utf-8",
      "cache-control",
      "no-store",
      "x-request-id",
      requestId,
      "x-content-type-options",
      "nosniff",
      "content-length",
      String(size),
    ]);
    // Text of one byte a character is written as it is, which is cheaper.
    response.end(text, size === text.length ? "latin1" : "utf8");
    const elapsedMs = Math.round((performance.now() - startedAtMs) * 100) / 100;
    metrics.answered({ route: verifyKeyRoute.path, method: "POST", status: 200, elapsedMs });
  };

  return {
    answerFirst: (request, response, ordinary) => {
      const isPlain =
        request.url === verifyKeyRoute.path &&
        request.method === "POST" &&
        hasPlainBody(request) &&
        !closing.aborted;
      if (isPlain) void answer(request, response, ordinary);
      else ordinary();
    },
    mount: (http) =>
      void http.addHook("preParsing", (request, _reply, payload, done) => {
        const body = taken.get(request.raw);
        if (body === undefined) done(null, payload);
        else if (body instanceof Error) done(body);
        else done(null, Readable.from([body]));
      }),
  };
}

function hasPlainBody({ headers }: IncomingMessage): boolean {
  const length = Number(headers["content-length"]);
  return (
    length > 0 &&
    length <= MOST_BYTES &&
    headers["transfer-encoding"] === undefined &&
    jsonTypes.has(headers["content-type"] ?? "")
  );
}

/** Whose token it is, where it works and may verify. What else may open the route, and every refusal, is not known here. */
function findHolder(
  context: ServerContext,
  authorization: string | undefined,
): Principal | null | Promise<Principal | null> {
  const bearer = readBearer(authorization);
  if (bearer?.startsWith(tokenPrefix) !== true) return null;
  const digest = sha256(bearer);
  const { tokens } = context.storage;
  const known = tokens.recallBySha256(digest);
  if (known !== null) return holderIfActive(context, known);
  return tokens.findBySha256(digest).then(
    (token) => (token === null ? null : holderIfActive(context, token)),
    // The framework's route asks again, and says what is wrong.
    () => null,
  );
}

function holderIfActive({ storage, tokenUses }: ServerContext, token: TokenRecord): Principal | null {
  if (tokenState(token, storage.now()) !== "active") return null;
  if (!checkRole(token.role, verifyKeyRoute.right).ok) return null;
  tokenUses.used(token.id, storage.now());
  return holderOf(token);
}

/** The body, where all of it is here. */
function takeWhole(request: IncomingMessage): Buffer | null {
  if (request.readableLength !== Number(request.headers["content-length"])) return null;
  const whole: unknown = request.read();
  return Buffer.isBuffer(whole) ? whole : null;
}

/** @throws Error where the sender goes away before all of it is here */
function readWhole(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("error", reject);
  });
}
