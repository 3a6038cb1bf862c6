export { annotationLines, type WorkflowCommand } from "./renderers/github.ts";
export { makePalette, type Palette } from "./palette.ts";
export { artifactLocationOf, messageText, securitySeverity, sourceRoot } from "./renderers/sarif.ts";
export { wrap } from "./wrap.ts";
export { csvCell, unmarkCell } from "./csv-cell.ts";
export { noKeysFound } from "./totals.ts";
