export { evaluate, type HygieneFinding } from "./evaluate.ts";
export type { KeyFacts } from "./key-facts.ts";
export { policyFor, type HygienePolicy } from "./policy-for.ts";
export { rotationStatus, type RotationStatus } from "./rotation-status.ts";
export { usageStatus, type UsageStatus } from "./usage-status.ts";
