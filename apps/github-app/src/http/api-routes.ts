import { describeSchemaProblems } from "@keywarden/command-line";
import { createHash } from "node:crypto";
import { tokenPrefix } from "@keywarden/storage";
import type { TokenRecord } from "@keywarden/storage";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { AppError } from "../app-error.ts";
import type { Log } from "../log.ts";
import { personHeader } from "../operate/connect-over-http.ts";
import type { OperateContext } from "../operate/operate-context.ts";
import { rightsByRole } from "../operate/operation.ts";
import type { AppOperation, AppRight } from "../operate/operation.ts";
import { operations } from "../operate/operations.ts";
import { makeOpenApi } from "./openapi.ts";
import { sendProblem } from "./problem.ts";

/** Mounts every operation at its path, for holders of the App's own tokens. */
export function mountApi(server: FastifyInstance, context: () => OperateContext, log: Log): void {
  server.addContentTypeParser(
    "application/json",
    { parseAs: "string", bodyLimit: 64 * 1024 },
    (_, text, done) => {
      try {
        done(null, text === "" ? {} : (JSON.parse(String(text)) as unknown));
      } catch {
        done(new AppError("APP_BAD_REQUEST", "the body is not JSON"));
      }
    },
  );
  server.setErrorHandler(async (error, _request, reply) => sendProblem(reply, error, log));
  // It tells of no data, and a client needs it to know how to ask.
  server.get("/v1/openapi.json", async (_request, reply) => reply.send(makeOpenApi()));
  for (const operation of Object.values(operations)) {
    const { method, path, right } = operation;
    server.route({
      method,
      url: path.replaceAll(/\{(\w+)\}/gu, ":$1"),
      // The sender is judged before the body is read.
      onRequest: async (request) => {
        await admitOperator(context(), request, right);
      },
      handler: async (request, reply) => {
        const token = await admitOperator(context(), request, right);
        const answer = await runOperation(
          operation as AppOperation<unknown, unknown, unknown>,
          context(),
          request,
          personOf(token, request),
        );
        return reply.header("cache-control", "no-store").send(answer);
      },
    });
  }
}

/** Finds the token that a request was sent with. @throws {@link AppError} APP_UNAUTHORISED, APP_FORBIDDEN */
export async function admitOperator(
  { storage }: Pick<OperateContext, "storage">,
  request: FastifyRequest,
  right: AppRight,
): Promise<TokenRecord> {
  const text = /^Bearer (\S+)$/iu.exec(request.headers.authorization ?? "")?.[1] ?? "";
  const sha256 = createHash("sha256").update(text).digest("hex");
  // Found by its digest, so that timing tells nothing about the text.
  const token = text.startsWith(tokenPrefix) ? await storage.tokens.findBySha256(sha256) : null;
  if (token === null || token.revokedAtMs !== null)
    throw new AppError("APP_UNAUTHORISED", "send a token of this App as Authorization: Bearer kwt_…");
  if (rightsByRole[token.role].includes(right)) return token;
  const roles = Object.entries(rightsByRole).filter(([, rights]) => rights.includes(right));
  throw new AppError(
    "APP_FORBIDDEN",
    `a token with the role ${token.role} may not do this; use one with the role ${roles.map(([role]) => role).join(" or ")}`,
  );
}

// The administrator's token in the data folder is nobody's own; who reads that folder could write any name anyway.
function personOf({ name, role }: TokenRecord, { headers }: FastifyRequest): string {
  const given = headers[personHeader];
  if (role !== "admin" || typeof given !== "string") return name;
  const person = decoded(given)
    .replaceAll(/[\p{C}]/gu, "")
    .trim()
    .slice(0, 100);
  return person === "" ? name : person;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A name that another client wrote as it is.
    return text;
  }
}

async function runOperation(
  operation: AppOperation<unknown, unknown, unknown>,
  context: OperateContext,
  request: FastifyRequest,
  person: string,
): Promise<unknown> {
  const from = operation.method === "GET" ? request.query : request.body;
  const given = { ...(from as object | null), ...(request.params as object) };
  const input = operation.input.safeParse(given);
  if (input.success) return operation.run(context, input.data, person);
  throw new AppError("APP_BAD_REQUEST", describeSchemaProblems(input.error));
}
