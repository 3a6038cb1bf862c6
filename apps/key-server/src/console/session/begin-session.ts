import type { JsonObject } from "@keywarden/storage";
import type { FastifyRequest } from "fastify";
import type { Principal } from "../../auth/principal.ts";

/** Writes a sign-in down and gives the text of its cookie. */
export type BeginSession = (
  request: FastifyRequest,
  principal: Principal,
  holder: JsonObject,
) => Promise<string>;
