import { issueToken, makeTokenText } from "@keywarden/storage";
import type { TokenRecord } from "@keywarden/storage";
import * as z from "zod";
import { AppError } from "../app-error.ts";
import { defineOperation } from "./operation.ts";
import { isoTime } from "./views.ts";

export interface TokenView {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly createdAt: string;
  readonly revokedAt: string | null;
  readonly revokedBy: string | null;
}

const roleSchema = z.enum(["admin", "operator", "responder", "reader"]);

/** Tokens of the App's API: a person or a program each, so that the audit names who did what. */
export const tokenOperations = {
  listTokens: defineOperation({
    summary: "List the tokens of this API, without their texts.",
    method: "GET",
    path: "/v1/tokens",
    right: "tokens",
    input: z.object({}),
    run: async ({ storage }) => ({ data: (await storage.tokens.list()).map(viewToken) }),
  }),
  createToken: defineOperation({
    summary: "Create a token; its text is shown only once.",
    method: "POST",
    path: "/v1/tokens",
    right: "tokens",
    input: z.object({ name: z.string().trim().min(1).max(100), role: roleSchema }),
    run: async ({ storage, randomBytes }, { name, role }, person) => {
      const text = makeTokenText(randomBytes);
      const id = await issueToken(storage, { name, role, text }, { actor: person });
      return { id, name, role, token: text.reveal() };
    },
  }),
  revokeToken: defineOperation({
    summary: "Revoke a token immediately.",
    method: "POST",
    path: "/v1/tokens/{id}/revoke",
    right: "tokens",
    input: z.object({ id: z.string() }),
    run: async ({ storage }, { id }, person) => {
      const living = (await storage.tokens.list()).filter(({ revokedAtMs }) => revokedAtMs === null);
      const token = living.find((one) => one.id === id);
      const admins = living.filter(({ role }) => role === "admin");
      if (token?.role === "admin" && admins.length === 1)
        throw new AppError("APP_CONFLICT", "it is the last admin token; create another one first");
      const audit = { action: "token.revoked", actor: person, details: { name: token?.name ?? null } };
      const result = await storage.tokens.revoke({ id, audit });
      if (!result.ok) throw new AppError("APP_NOT_FOUND", `there is no token ${id}`);
      return viewToken(result.token);
    },
  }),
} as const;

function viewToken({ id, name, role, createdAtMs, revokedAtMs, revokedBy }: TokenRecord): TokenView {
  const createdAt = isoTime(createdAtMs);
  return { id, name, role, createdAt, revokedAt: isoTime(revokedAtMs), revokedBy };
}
