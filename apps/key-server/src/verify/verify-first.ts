import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { tokenPrefix } from "@keywarden/storage";
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
    if (!storage.feed.isCurrent() && !(await storage.feed.becomesCurrent())) return ordinary();
    const principal = await findHolder(context, request.headers.authorization);
    if (principal === null) return ordinary();
    const requestId = randomUUID();
    let text: string | null = null;
    try {
      const body = await readWhole(request);
      taken.set(request, body);
      const asked = readPlainVerifyRequest(body.toString());
      if (asked !== null)
        text = JSON.stringify(await answerVerification(context, { requestId, principal }, asked));
    } catch (error) {
      taken.set(request, error instanceof Error ? error : new Error(String(error)));
    }
    if (text === null) return ordinary();
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
async function findHolder(
  { storage, tokenUses }: ServerContext,
  authorization: string | undefined,
): Promise<Principal | null> {
  const bearer = readBearer(authorization);
  if (bearer?.startsWith(tokenPrefix) !== true) return null;
  try {
    const token = await storage.tokens.findBySha256(sha256(bearer));
    if (token === null || tokenState(token, storage.now()) !== "active") return null;
    if (!checkRole(token.role, verifyKeyRoute.right).ok) return null;
    tokenUses.used(token.id, storage.now());
    return holderOf(token);
  } catch {
    // The framework's route asks again, and says what is wrong.
    return null;
  }
}

/** @throws Error where the sender goes away before all of it is here */
function readWhole(request: IncomingMessage): Promise<Buffer> | Buffer {
  const length = Number(request.headers["content-length"]);
  const whole: unknown = request.readableLength === length ? request.read() : null;
  if (Buffer.isBuffer(whole)) {
    request.resume();
    return whole;
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("error", reject);
  });
}
