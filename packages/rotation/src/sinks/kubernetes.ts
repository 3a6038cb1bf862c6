import { runProcess, type ProcessResult } from "./run-process.ts";
import type { Sink, SinkKind } from "./sink.ts";
import { SinkError } from "./sink-error.ts";
import { badTarget, splitField } from "./target.ts";
import { sinkForms } from "./sink-forms.ts";

const timeoutMs = 60_000;
const force = "!force";
const dnsName = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * Writes the key into one entry of a Kubernetes Secret by server-side apply, with the manifest on kubectl's standard
 * input. The field manager is named for the entry, because an apply drops what its own manager no longer names. An
 * entry that another manager has, such as a GitOps tool, stays its own unless the target ends in `!force`.
 */
export const kubernetes: SinkKind = {
  ...sinkForms.kubernetes,
  summary: "an entry of a Kubernetes Secret, through kubectl; !force takes it from another manager",
  credentials: "kubectl's own: KUBECONFIG and its current context",
  example: "kubernetes:shop/billing#API_KEY",
  open: (rest, target, { env, directory }): Sink => {
    const isForced = rest.endsWith(force);
    const parts = splitField(isForced ? rest.slice(0, -force.length) : rest);
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
          ...(isForced ? ["--force-conflicts"] : []),
          `--field-manager=${manager}`,
          "--filename=-",
        ];
        const result = await run(args, JSON.stringify(manifest), [value]);
        const isTaken = !isForced && /conflict/i.test(result.complaint);
        if (result.status !== 0 && isTaken) {
          throw new SinkError(
            "SINK_REFUSED",
            `${parts.field} of secret ${name} belongs to another field manager: ${result.complaint}; change it there, or take it with --to '${target}${force}'`,
          );
        }
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
