import type { FastifyReply, FastifyRequest } from "fastify";
import type { ServerContext } from "../server-context.ts";
import { setCommonHeaders } from "./headers.ts";
import { dialectEnvelope, problemEnvelope, sendRefusal } from "./envelope.ts";
import { refusalFromError } from "./fastify-failure.ts";

/** Answers a path that the router cannot read, as the part of the server does that it is under; no hook runs for it. */
export function refuseUnreadable(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { providers, secretFormats }: Pick<ServerContext, "providers" | "secretFormats">,
): void {
  const provider = providers.get(request.url.split("/", 2)[1] ?? "");
  const envelope = provider === undefined ? problemEnvelope : dialectEnvelope(provider.dialect);
  const refusal = refusalFromError(error) ?? { code: "BAD_REQUEST", message: "the path cannot be read" };
  setCommonHeaders(reply, request.id);
  void sendRefusal(reply, envelope, refusal, secretFormats);
  request.log.info({ req: request, res: reply }, "request");
}
