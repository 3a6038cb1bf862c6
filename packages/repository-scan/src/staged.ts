// What a commit waits for, and nothing else.
export { scanEntries } from "./commits/staged.ts";
export { makeScanTools } from "./scan-tools.ts";
export type { ScanTools } from "./scan-tools.ts";
export { scannerFor } from "./scanner-for.ts";
