export { annotationLines, type Annotation } from "./github.ts";
export { makePalette, type Palette } from "./palette.ts";
export { artifactLocationOf, messageText, securitySeverity, sourceRoot } from "./sarif.ts";
export { wrap } from "./wrap.ts";
export { csvCell, unmarkCell } from "./csv-cell.ts";
