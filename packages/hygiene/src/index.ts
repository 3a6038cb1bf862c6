export {
  auditPolicyFor,
  presets,
  type AuditPolicy,
  type HygieneSettings,
  type PresetName,
} from "./audit-policy.ts";
export { deploymentOf } from "./deployment-of.ts";
export { evaluate, isLiveKey, type EvaluateOptions } from "./evaluate.ts";
export type { HygieneFinding } from "./finding.ts";
export { isSameMember, memberName, memberNames, type Departure } from "./judges/departure.ts";
export type { AuditedKey, Deployment, KeyFacts, KeySight } from "./key-facts.ts";
export { putOffCommand, nextCommand } from "./next-command.ts";
export { policyFor, type HygienePolicy } from "./policy-for.ts";
export { readTags } from "./read-tags.ts";
export { rotationStatus, type RotationStatus } from "./rotation-status.ts";
export { rules, severities, type HygieneRule, type RuleId, type Severity } from "./rules.ts";
export { sourceOf, type RuleSource } from "./source-of.ts";
export { describeDeadline } from "./spans.ts";
export { listUnjudged, type Unjudged } from "./unjudged.ts";
export { shortestScheduleMs } from "./shortest-schedule.ts";
export { usageStatus, type UsageStatus } from "./usage-status.ts";
