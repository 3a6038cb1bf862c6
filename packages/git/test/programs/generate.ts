import { writeFileSync } from "node:fs";
import { makeUnpackCode, unpackCodePath } from "../generated.ts";

writeFileSync(unpackCodePath, await makeUnpackCode());
