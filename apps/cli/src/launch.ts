import { createRequire, enableCompileCache } from "node:module";
import { join } from "node:path";

// Compiled code is kept where only those can write who could change the program itself; where nobody can, it is compiled anew.
enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/compiled"));
createRequire(import.meta.url)("./program.cjs");
