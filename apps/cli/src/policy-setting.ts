import type { Environment } from "@keywarden/key-format";
import type { PolicyAction, ScanPolicy } from "@keywarden/scan";
import type { PolicyFlags } from "./flags/scan-flags.ts";

/** For scans whose policy no flag changes. */
export const noPolicyFlags: PolicyFlags = { minConfidence: undefined, publishable: false };

/** Gives the policy that holds: flags before the environment before keywarden.json. */
export function policySetting(policy: ScanPolicy, { minConfidence, publishable }: PolicyFlags): ScanPolicy {
  const { actions } = policy;
  return {
    ...policy,
    minConfidence: minConfidence ?? policy.minConfidence,
    actions: publishable ? { ...actions, publishable: reported(actions.publishable) } : actions,
  };
}

// What the file warns of keeps to its warning.
const reported = (
  actions: Readonly<Record<Environment, PolicyAction>>,
): Readonly<Record<Environment, PolicyAction>> => ({
  production: actions.production === "ignore" ? "block" : actions.production,
  sandbox: actions.sandbox === "ignore" ? "block" : actions.sandbox,
  development: actions.development === "ignore" ? "block" : actions.development,
});
