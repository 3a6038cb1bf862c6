// Uses the published libraries as a stranger does: .ci/run compiles this in a project that has their tarballs only.
import { createHash, randomBytes } from "node:crypto";
import {
  aforo,
  builtInProviders,
  findFormat,
  generateKey,
  validateKey,
  type Sha256,
} from "@keywarden/key-format";
import { makeManagementClient } from "@keywarden/management";
import { runConformance } from "@keywarden/management/conformance";
import { createRedactor, defaultPolicy, judgeMatches, makeScanner } from "@keywarden/scan";
import { createVerifier, guardRequests, makeRemoteVerifier } from "@keywarden/verifier";
import { guardExpress } from "@keywarden/verifier/express";
import { verifierPlugin } from "@keywarden/verifier/fastify";
import { guardHono } from "@keywarden/verifier/hono";

const sha256: Sha256 = (content) => createHash("sha256").update(content).digest("hex");
const format = findFormat(aforo, { kind: "secret", environment: "production" });
if (format === undefined) throw new Error("Aforo issues no live key");
const key = generateKey(format, randomBytes);
const { status } = validateKey(key.reveal(), { providers: builtInProviders, sha256 });
if (status !== "valid") throw new Error(`a new key is ${status}`);

const bytes = new TextEncoder().encode(`API_KEY=${key.reveal()}\n`);
const { findings } = judgeMatches(
  makeScanner({ providers: builtInProviders, sha256 }).scanBytes(bytes),
  "config/prod.env",
  defaultPolicy,
);
if (findings.length !== 1) throw new Error(`the scan has ${findings.length} findings`);

const redactor = createRedactor();
const masked = Buffer.concat([redactor.push(bytes), redactor.flush()]).toString();
if (masked.includes(key.reveal())) throw new Error("the redactor lets a key through");

const guards = [guardExpress, guardHono, guardRequests, verifierPlugin];
const used = [createVerifier, makeRemoteVerifier, ...guards, makeManagementClient, runConformance];
if (!used.every((each) => typeof each === "function")) throw new Error("an export is missing");
process.stdout.write("the libraries work from their tarballs\n");
