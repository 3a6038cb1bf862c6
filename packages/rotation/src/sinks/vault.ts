import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { callJson, type JsonAnswer } from "./call-json.ts";
import type { Sink, SinkContext, SinkKind } from "./sink.ts";
import { SinkError } from "./sink-error.ts";
import { badTarget, splitField } from "./target.ts";
import { sinkForms } from "./sink-forms.ts";

const dataSchema = z.object({
  data: z.object({
    data: z.record(z.string(), z.unknown()).nullable(),
    metadata: z.object({ version: z.int() }),
  }),
});

const maximumTries = 5;

/**
 * Writes the key into one field of a HashiCorp Vault KV version 2 secret. Other fields stay: the write says which
 * version it is based on (`cas`), and is done again when somebody else was faster.
 */
export const vault: SinkKind = {
  ...sinkForms.vault,
  summary: "a field of a HashiCorp Vault KV version 2 secret; its other fields are kept",
  credentials: "VAULT_ADDR; VAULT_TOKEN or ~/.vault-token; VAULT_NAMESPACE where there is one",
  example: "vault:secret/billing/api#api_key",
  open: (rest, target, context): Sink => {
    const parts = splitField(rest);
    const [mount = "", ...path] = parts?.address.split("/") ?? [];
    if (parts === null || mount === "" || path.length === 0 || path.some((step) => /^\.*$/.test(step))) {
      throw badTarget(vault, target);
    }
    const way = path.map(encodeURIComponent).join("/");
    const call = (method: "GET" | "POST", body?: unknown, hidden: readonly string[] = []) =>
      callVault(context, method, `/v1/${encodeURIComponent(mount)}/data/${way}`, body, hidden);
    return {
      target,
      check: async () => {
        const answer = await call("GET");
        if (answer.status !== 200 && answer.status !== 404) throw refusal(answer, "read");
      },
      deliver: async (secret) => {
        const value = secret.reveal();
        for (let tries = 1; ; tries += 1) {
          const { data, version } = await readCurrent(call);
          if (data[parts.field] === value) return `version ${version} already has it`;
          const body = { options: { cas: version }, data: { ...data, [parts.field]: value } };
          const answer = await call("POST", body, [value]);
          if (answer.status === 200) return `wrote ${parts.field} as version ${version + 1}`;
          const isRace = answer.status === 400 && answer.words.includes("check-and-set");
          if (!isRace || tries === maximumTries) throw refusal(answer, "write");
        }
      },
    };
  },
};

type Call = (method: "GET" | "POST", body?: unknown, hidden?: readonly string[]) => Promise<JsonAnswer>;

async function readCurrent(
  call: Call,
): Promise<{ data: Readonly<Record<string, unknown>>; version: number }> {
  const answer = await call("GET");
  const read = dataSchema.safeParse(answer.body);
  // A deleted version answers 404 and still counts: writing on top of it needs its number.
  if (answer.status === 404) return { data: {}, version: read.data?.data.metadata.version ?? 0 };
  if (answer.status !== 200) throw refusal(answer, "read");
  if (!read.success) {
    throw new SinkError(
      "SINK_REFUSED",
      "Vault does not answer like KV version 2; is the mount of version 1?",
    );
  }
  return { data: read.data.data.data ?? {}, version: read.data.data.metadata.version };
}

function callVault(
  { env, fetch }: SinkContext,
  method: "GET" | "POST",
  path: string,
  body: unknown,
  hidden: readonly string[],
): Promise<JsonAnswer> {
  const address = env["VAULT_ADDR"] ?? "";
  if (address === "")
    throw new SinkError("SINK_NOT_READY", "VAULT_ADDR is not set, so there is no Vault to write to");
  const token = readToken(env);
  const namespace = env["VAULT_NAMESPACE"] ?? "";
  return callJson({
    what: "Vault",
    fetch,
    method,
    baseUrl: address,
    path,
    headers: {
      "x-vault-token": token,
      "x-vault-request": "true",
      ...(namespace !== "" && { "x-vault-namespace": namespace }),
    },
    body,
    hidden: [...hidden, token],
  });
}

function readToken(env: SinkContext["env"]): string {
  const given = env["VAULT_TOKEN"] ?? "";
  if (given !== "") return given;
  try {
    return readFileSync(join(env["HOME"] ?? homedir(), ".vault-token"), "utf8").trim();
  } catch (cause) {
    throw new SinkError(
      "SINK_NOT_READY",
      "VAULT_TOKEN is not set and there is no ~/.vault-token: vault login",
      {
        cause,
      },
    );
  }
}

function refusal({ status, words, retryAfterMs }: JsonAnswer, what: string): SinkError {
  const said = words === "" ? "" : `: ${words}`;
  const isBusy = status === 429 || status === 412 || status >= 500;
  return new SinkError(
    isBusy ? "SINK_UNAVAILABLE" : "SINK_REFUSED",
    `Vault answered ${status} to the ${what}${said}`,
    { retryAfterMs },
  );
}
