import type { Environment } from "@keywarden/key-format";
import type { Confidence, PolicyAction, ScanPolicy } from "@keywarden/scan";
import { settingOf } from "./setting.ts";
import type { Options } from "./options.ts";

/** Gives the policy that holds: flags before the environment before keywarden.json. */
export function policySetting(
  policy: ScanPolicy,
  options: Options,
  _env: Readonly<Record<string, string | undefined>>,
): ScanPolicy {
  const asked = settingOf("min-confidence", options);
  const { actions } = policy;
  return {
    minConfidence: (asked ?? policy.minConfidence) as Confidence,
    actions: options.switches.has("publishable")
      ? { ...actions, publishable: reported(actions.publishable) }
      : actions,
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
