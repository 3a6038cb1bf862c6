// What a commit waits for, and nothing else.
export { listUncompared, scanChanges } from "./commits/staged.ts";
export type { StagedChanges } from "./commits/staged.ts";
export { makeScanTools } from "./scan-tools.ts";
export type { ScanTools } from "./scan-tools.ts";
export { scannerFor } from "./scanner-for.ts";
