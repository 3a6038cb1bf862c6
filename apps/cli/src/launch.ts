import nodeModule from "node:module";
import { join } from "node:path";

// Compiled code is kept where only those can write who could change the program itself; where nobody can, it is compiled anew.
nodeModule.enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/compiled"));
nodeModule.createRequire(import.meta.filename)("./staged.cjs");
