export { addAccepted } from "./add-accepted.ts";
export { describeUnused } from "./allow-use.ts";
export { leastOfUnreadable, readLeastActions } from "./app-config.ts";
export type { LeastActionRule } from "./app-config.ts";
export { baselineFileName, baselineFolder, emptyBaseline } from "./baseline.ts";
export type { Baseline } from "./baseline.ts";
export { ConfigError } from "./config-error.ts";
export type { ConfigErrorCode } from "./config-error.ts";
export type { AcceptDocument, HygieneDocument } from "./config-shape.ts";
export { dayOf } from "./day-of.ts";
export { configFile, defaultConfig } from "./default-config.ts";
export type { AllowRule, Config } from "./default-config.ts";
export type { DocumentPosition } from "./json-document.ts";
export {
  findTop,
  loadCommitSetup,
  loadConfig,
  loadSetup,
  loadSetupIn,
  loadStagedSetup,
} from "./load-config.ts";
export type { ConfigReader, LearnFormats } from "./load-config.ts";
export { makeSuppression } from "./make-suppression.ts";
export type { Exclusion, SuppressionSetup } from "./suppression.ts";
export { readOwnProviders } from "./own-providers.ts";
export { readProviderFile } from "./provider-file.ts";
export type { Setup } from "./setup.ts";
export { loadUsableSetup, usableSetup } from "./usable-setup.ts";
export { writeBaseline } from "./write-baseline.ts";
export type { NewEntry } from "./write-baseline.ts";
