export { renderConformanceJunit, renderConformanceText } from "./render-report.ts";
export {
  conformanceChecks,
  runConformance,
  type CheckResult,
  type ConformanceOptions,
  type ConformanceReport,
} from "./run-conformance.ts";
