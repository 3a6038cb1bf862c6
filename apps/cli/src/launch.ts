import nodeModule from "node:module";
import { join } from "node:path";

// Compiled code is cached only where writing needs the same rights as changing the program; elsewhere it is compiled each time.
nodeModule.enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/compiled"));
nodeModule.createRequire(import.meta.filename)("./staged.cjs");
