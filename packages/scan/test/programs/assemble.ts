import { writeFileSync } from "node:fs";
import { assemble, codePath } from "../assembled.ts";

writeFileSync(codePath, await assemble());
