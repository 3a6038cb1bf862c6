import type { Verifier, VerifiableKey } from "@keywarden/verifier";
import { guardExpress } from "@keywarden/verifier/express";
import express, { type Express } from "express";

/** An API on Express whose routes below /v1 need a key. */
export function makeExpressApi(verifier: Verifier<VerifiableKey>): Express {
  const guard = guardExpress({ verifier, needs: () => ({ permission: "invoices:read" }) });
  const api = express();
  api.get("/health", (_request, response) => void response.send("up"));
  api.use("/v1", guard);
  api.get("/v1/invoices", (request, response) => void response.json({ for: guard.keyOf(request).id }));
  return api;
}
