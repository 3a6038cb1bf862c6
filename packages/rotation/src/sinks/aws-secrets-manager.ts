import { createHash } from "node:crypto";
import type * as Aws from "@aws-sdk/client-secrets-manager";
import { withField } from "./json-field.ts";
import { loadFromProject } from "./load-from-project.ts";
import type { Sink, SinkContext, SinkKind } from "./sink.ts";
import { SinkError } from "./sink-error.ts";
import { badTarget } from "./target.ts";
import { sinkForms } from "./sink-forms.ts";
import { toldBySink } from "./told-by-sink.ts";

/**
 * Writes the key as a new version of an AWS Secrets Manager secret, which AWS labels AWSCURRENT; a missing secret is
 * made. The request token comes from the content, so a repeated delivery makes no second version.
 */
export const awsSecretsManager: SinkKind = {
  ...sinkForms.aws,
  summary: "an AWS Secrets Manager secret, or one field of the JSON in it",
  credentials: "those of the AWS SDK, which your project installs: @aws-sdk/client-secrets-manager",
  example: "aws:prod/billing#api_key",
  open: (rest, target, context): Sink => {
    const [id = "", field = null, extra] = rest.split("#");
    if (!/^[\w/+=.@:-]{1,2048}$/.test(id) || field === "" || extra !== undefined) {
      throw badTarget(awsSecretsManager, target);
    }
    return {
      target,
      check: () =>
        attempt("look at the secret", [], async () => {
          const { sdk, client } = await connect(context);
          try {
            await client.send(new sdk.DescribeSecretCommand({ SecretId: id }));
          } catch (error) {
            if (!isMissing(error)) throw error;
          }
        }),
      deliver: (secret) => {
        const value = secret.reveal();
        return attempt("write the secret", [value], async () => {
          const { sdk, client } = await connect(context);
          const current = await read(sdk, client, id);
          const text = withField(current, field, value);
          if (text === current) return `${id} already has it`;
          const ClientRequestToken = createHash("sha256").update(`${id}\n${text}`, "utf8").digest("hex");
          const version = { SecretString: text, ClientRequestToken };
          if (current === null && !id.startsWith("arn:")) {
            try {
              await client.send(new sdk.CreateSecretCommand({ Name: id, ...version }));
              return `made ${id}`;
            } catch (error) {
              // It is there and has no version yet, or somebody else has made it in this moment.
              if (!(error instanceof Error) || error.name !== "ResourceExistsException") throw error;
            }
          }
          await client.send(new sdk.PutSecretValueCommand({ SecretId: id, ...version }));
          return `wrote a new version of ${id}`;
        });
      },
    };
  },
};

async function connect({ env, directory }: SinkContext): Promise<{
  readonly sdk: typeof Aws;
  readonly client: Aws.SecretsManagerClient;
}> {
  const sdk = await loadFromProject<typeof Aws>("@aws-sdk/client-secrets-manager", directory);
  const region = env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"];
  const endpoint = env["AWS_ENDPOINT_URL_SECRETS_MANAGER"] ?? env["AWS_ENDPOINT_URL"];
  const accessKeyId = env["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = env["AWS_SECRET_ACCESS_KEY"];
  const sessionToken = env["AWS_SESSION_TOKEN"];
  const client = new sdk.SecretsManagerClient({
    maxAttempts: 2,
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    // Otherwise the SDK looks where it always does: profiles, SSO, the machine's role.
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && {
        credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
      }),
  });
  return { sdk, client };
}

async function read(sdk: typeof Aws, client: Aws.SecretsManagerClient, id: string): Promise<string | null> {
  try {
    const { SecretString } = await client.send(new sdk.GetSecretValueCommand({ SecretId: id }));
    if (SecretString !== undefined) return SecretString;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  throw new SinkError("SINK_REFUSED", `${id} contains bytes, not text, and is left unchanged`);
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && error.name === "ResourceNotFoundException";

const attempt = <Result>(
  what: string,
  hidden: readonly string[],
  work: () => Promise<Result>,
): Promise<Result> =>
  toldBySink(hidden, work, (error, words) => {
    const name = error instanceof Error ? error.name : "";
    if (/Credentials|Region is missing/i.test(`${name} ${words}`))
      return new SinkError("SINK_NOT_READY", `AWS did not accept the credentials: ${words}`);
    const status = (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata
      ?.httpStatusCode;
    const isBusy =
      status === undefined || status >= 500 || /Throttl|TooManyRequests|LimitExceeded/.test(name);
    return new SinkError(
      isBusy ? "SINK_UNAVAILABLE" : "SINK_REFUSED",
      `AWS did not ${what}: ${name}: ${words}`,
    );
  });
