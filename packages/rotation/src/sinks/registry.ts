import { awsSecretsManager } from "./aws-secrets-manager.ts";
import { command } from "./command.ts";
import { envFile } from "./env-file.ts";
import { gcpSecretManager } from "./gcp-secret-manager.ts";
import { githubActions } from "./github-actions.ts";
import { kubernetes } from "./kubernetes.ts";
import type { Sink, SinkContext, SinkKind } from "./sink.ts";
import { SinkError } from "./sink-error.ts";
import { vault } from "./vault.ts";

/** Every kind of sink, in the order of the help text. */
export const sinkKinds: readonly SinkKind[] = [
  envFile,
  githubActions,
  vault,
  kubernetes,
  awsSecretsManager,
  gcpSecretManager,
  command,
];

/**
 * Opens the sink that a target such as `env:.env#API_KEY` names; nothing is read or written yet.
 *
 * @throws {@link SinkError} SINK_BAD_TARGET
 */
export function openSink(target: string, context: SinkContext): Sink {
  const [scheme, rest] = split(target, ":");
  const kind = sinkKinds.find((candidate) => candidate.scheme === scheme);
  if (kind === undefined || rest === undefined || rest === "") {
    const known = sinkKinds.map((candidate) => `${candidate.scheme}:${candidate.syntax}`).join(", ");
    throw new SinkError(
      "SINK_BAD_TARGET",
      `${JSON.stringify(target)} is not a sink for a key; known are ${known}`,
    );
  }
  return kind.open(rest, target, context);
}

function split(text: string, separator: string): [string, string | undefined] {
  const index = text.indexOf(separator);
  return index === -1 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}
