import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SinkError } from "./sink-error.ts";

/**
 * Loads a package that the user's project has installed. The clouds' SDKs are too big for everybody to carry, and who
 * uses one has it already.
 *
 * @throws {@link SinkError} SINK_NOT_READY when it is not installed
 */
export async function loadFromProject<Module>(name: string, directory: string): Promise<Module> {
  let path: string;
  try {
    path = createRequire(join(directory, "package.json")).resolve(name);
  } catch (cause) {
    throw new SinkError(
      "SINK_NOT_READY",
      `this sink needs the package ${name}, which cannot be found from ${directory}: npm install ${name}`,
      { cause },
    );
  }
  return (await import(pathToFileURL(path).href)) as Module;
}
