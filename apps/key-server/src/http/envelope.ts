import { redactWithin, type ProviderProfile } from "@keywarden/key-format";
import type { Dialect, Problem } from "@keywarden/management";
import type { FastifyReply } from "fastify";
import type { Refusal } from "../refusal.ts";
import { refusalTable, type RefusalRow } from "./refusal-table.ts";

/** How refusals are written on one part of the server. */
export interface Envelope {
  readonly contentType: string;
  write(refusal: Refusal, row: RefusalRow, requestId: string): unknown;
}

/** RFC 9457, for the operator API. */
export const problemEnvelope: Envelope = {
  contentType: "application/problem+json",
  write: ({ code, message, problems, lostUpdate }, { status, title }, requestId): Problem => ({
    type: "about:blank",
    title,
    status,
    code,
    detail: message,
    instance: `urn:keywarden:request:${requestId}`,
    ...(problems === undefined ? {} : { problems: [...problems] }),
    ...(lostUpdate === undefined ? {} : { lostUpdate }),
  }),
};

/** The provider's own envelope, for its own routes. */
export function dialectEnvelope({ failure }: Dialect): Envelope {
  return {
    contentType: failure.contentType,
    write: ({ code, message }, { status }) =>
      failure.body.write({ status, code: code.toLowerCase(), message }),
  };
}

/** Writes a refusal as it is sent: a message can quote what the sender wrote, and a sender can put a key anywhere. */
export function writeRefusal(
  envelope: Envelope,
  refusal: Refusal,
  providers: readonly ProviderProfile[],
  requestId: string,
): { readonly status: number; readonly body: string } {
  const row: RefusalRow = refusalTable[refusal.code];
  const safe = {
    ...refusal,
    message: redactWithin(refusal.message, providers),
    ...(refusal.problems && {
      problems: refusal.problems.map(({ path, message }) => ({
        path: redactWithin(path, providers),
        message: redactWithin(message, providers),
      })),
    }),
  };
  return { status: row.status, body: JSON.stringify(envelope.write(safe, row, requestId)) };
}

export function sendRefusal(
  reply: FastifyReply,
  envelope: Envelope,
  refusal: Refusal,
  providers: readonly ProviderProfile[],
): FastifyReply {
  const { challenge }: RefusalRow = refusalTable[refusal.code];
  if (challenge !== undefined) {
    const error = challenge === "" ? "" : `, error="${challenge}"`;
    void reply.header("www-authenticate", `Bearer realm="keywarden"${error}`);
  }
  const { status, body } = writeRefusal(envelope, refusal, providers, reply.request.id);
  return reply
    .code(status)
    .headers(refusal.headers ?? {})
    .header("content-type", envelope.contentType)
    .send(body);
}
