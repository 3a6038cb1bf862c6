import type * as Gcp from "@google-cloud/secret-manager";
import { withField } from "./json-field.ts";
import { loadFromProject } from "./load-from-project.ts";
import type { Sink, SinkContext, SinkKind } from "./sink.ts";
import { SinkError } from "./sink-error.ts";
import { badTarget } from "./target.ts";
import { sinkForms } from "./sink-forms.ts";
import { toldBySink } from "./told-by-sink.ts";

// google.rpc.Code
const notFound = 5;
const busy: ReadonlySet<number> = new Set([4, 8, 13, 14]);

/**
 * Writes the key as a new version of a Google Cloud secret, which must exist: where it is replicated is not ours to
 * choose. A repeated delivery of what is there makes no second version.
 */
export const gcpSecretManager: SinkKind = {
  ...sinkForms.gcp,
  summary: "a Google Cloud Secret Manager secret, or one field of the JSON in it",
  credentials: "Google's application default; your project installs @google-cloud/secret-manager",
  example: "gcp:my-project/billing-api-key",
  open: (rest, target, context): Sink => {
    const [address = "", field = null, extra] = rest.split("#");
    const [, project, secretId] = /^([a-z0-9:.-]{1,64})\/([A-Za-z0-9_-]{1,255})$/.exec(address) ?? [];
    if (project === undefined || secretId === undefined || field === "" || extra !== undefined) {
      throw badTarget(gcpSecretManager, target);
    }
    const name = `projects/${project}/secrets/${secretId}`;
    return {
      target,
      check: () =>
        attempt("look at the secret", [], context, async (client) => {
          await client.getSecret({ name });
        }),
      deliver: (secret) => {
        const value = secret.reveal();
        return attempt("write the secret", [value], context, async (client) => {
          const current = await read(client, `${name}/versions/latest`);
          const text = withField(current, field, value);
          if (text === current) return `${address} already has it`;
          const [version] = await client.addSecretVersion({
            parent: name,
            payload: { data: Buffer.from(text, "utf8") },
          });
          return `wrote version ${version.name?.split("/").at(-1) ?? "?"} of ${address}`;
        });
      },
    };
  },
};

async function read(client: Gcp.v1.SecretManagerServiceClient, name: string): Promise<string | null> {
  try {
    const [{ payload }] = await client.accessSecretVersion({ name });
    const data = payload?.data;
    return data === undefined || data === null ? null : Buffer.from(data as Uint8Array).toString("utf8");
  } catch (error) {
    // A secret without a version; whether there is a secret at all shows when the version is added.
    if (codeOf(error) === notFound) return null;
    throw error;
  }
}

async function attempt<Result>(
  what: string,
  hidden: readonly string[],
  { env, directory }: SinkContext,
  work: (client: Gcp.v1.SecretManagerServiceClient) => Promise<Result>,
): Promise<Result> {
  const sdk = await loadFromProject<typeof Gcp>("@google-cloud/secret-manager", directory);
  const client = new sdk.SecretManagerServiceClient({
    // Over HTTPS: nothing here streams, and gRPC would keep the process alive.
    fallback: true,
    ...endpointOf(env),
  });
  const judge = (error: unknown, words: string): SinkError => {
    if (/default credentials/i.test(words))
      return new SinkError("SINK_NOT_READY", `Google did not accept the credentials: ${words}`);
    const code = codeOf(error);
    const isBusy = code === undefined || busy.has(code);
    return new SinkError(isBusy ? "SINK_UNAVAILABLE" : "SINK_REFUSED", `Google did not ${what}: ${words}`);
  };
  try {
    return await toldBySink(hidden, () => work(client), judge);
  } finally {
    await client.close();
  }
}

/** gcloud's own way to name another endpoint; plain http only on this machine. */
function endpointOf(env: SinkContext["env"]): { apiEndpoint?: string; port?: number; protocol?: string } {
  const given = env["CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER"] ?? "";
  if (given === "") return {};
  const url = URL.canParse(given) ? new URL(given) : null;
  const isHere = url?.hostname === "127.0.0.1" || url?.hostname === "localhost";
  if (url === null || (url.protocol !== "https:" && !(url.protocol === "http:" && isHere))) {
    throw new SinkError("SINK_BAD_TARGET", "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER must be https://…");
  }
  const protocol = url.protocol.slice(0, -1);
  return { apiEndpoint: url.hostname, port: Number(url.port || (protocol === "https" ? 443 : 80)), protocol };
}

function codeOf(error: unknown): number | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "number" ? code : undefined;
}
