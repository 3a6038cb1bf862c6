import { writeFileSync } from "node:fs";
import { rulesDocument, withRuleRows } from "../rules-document.ts";

writeFileSync(rulesDocument, withRuleRows());
