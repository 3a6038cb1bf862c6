import { runProcess, type ProcessResult } from "./run-process.ts";
import type { Sink, SinkKind } from "./sink.ts";
import { SinkError } from "./sink-error.ts";
import { badTarget, splitField } from "./target.ts";

const timeoutMs = 60_000;
const dnsName = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * Writes the key into one entry of a Kubernetes Secret by server-side apply, with the manifest on kubectl's standard
 * input. The field manager is named for the entry, because an apply drops what its own manager no longer names.
 */
export const kubernetes: SinkKind = {
  scheme: "kubernetes",
  syntax: "<namespace>/<secret>#<entry>",
  summary: "an entry of a Kubernetes Secret, through kubectl; its other entries are kept",
  credentials: "kubectl's own: KUBECONFIG and its current context",
  example: "kubernetes:shop/billing#API_KEY",
  open: (rest, target, { env, directory }): Sink => {
    const parts = splitField(rest);
    const [namespace = "", name = "", extra] = parts?.address.split("/") ?? [];
    const isNamed = dnsName.test(namespace) && dnsName.test(name) && extra === undefined;
    if (parts === null || !isNamed || !/^[-._A-Za-z0-9]{1,100}$/.test(parts.field)) {
      throw badTarget(kubernetes, target);
    }
    const run = (args: readonly string[], input: string, hidden: readonly string[]) =>
      runProcess({ file: "kubectl", args, env, directory, input, timeoutMs, hidden });
    return {
      target,
      check: async () => {
        const result = await run(
          ["auth", "can-i", "patch", `secrets/${name}`, "--namespace", namespace],
          "",
          [],
        );
        if (result.status !== 0) throw refused(result, `may not patch secrets in ${namespace}`);
      },
      deliver: async (secret) => {
        const value = secret.reveal();
        const manifest = {
          apiVersion: "v1",
          kind: "Secret",
          metadata: { name, namespace },
          data: { [parts.field]: Buffer.from(value, "utf8").toString("base64") },
        };
        const manager = `keywarden-${parts.field}`;
        const args = [
          "apply",
          "--server-side",
          "--force-conflicts",
          `--field-manager=${manager}`,
          "--filename=-",
        ];
        const result = await run(args, JSON.stringify(manifest), [value]);
        if (result.status !== 0) throw refused(result, "did not apply");
        return `applied ${parts.field} to secret ${name} in ${namespace}`;
      },
    };
  },
};

function refused({ status, complaint }: ProcessResult, what: string): SinkError {
  const said = complaint === "" ? "" : `: ${complaint}`;
  const isAway = /connection refused|timed? ?out|unable to connect|TooManyRequests|ServiceUnavailable/i.test(
    complaint,
  );
  return new SinkError(
    isAway ? "SINK_UNAVAILABLE" : "SINK_REFUSED",
    `kubectl ${what} (status ${status ?? "by signal"})${said}`,
  );
}
