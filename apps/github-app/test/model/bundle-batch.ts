import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = import.meta.dirname;

/**
 * Bundles the player of a batch of worlds into one file, and gives it. Whatever is changed meanwhile, a run plays what it began
 * with; and git is answered in the process, unless git itself is asked for: starting it takes longer than all the rest.
 */
export async function bundleBatch(
  outfile: string,
  { withGit }: { readonly withGit: boolean },
): Promise<string> {
  await build({
    entryPoints: [join(folder, "play-batch.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22.18",
    outfile,
    logLevel: "error",
    // Dependencies in CommonJS ask for node's own modules by require.
    banner: {
      js: `import { createRequire } from "node:module"; const require = createRequire("${fileURLToPath(import.meta.url)}");`,
    },
    plugins: withGit
      ? []
      : [
          {
            name: "git-in-process",
            setup: (bundle) =>
              bundle.onResolve({ filter: /[/\\]process\.ts$/ }, ({ resolveDir }) =>
                resolveDir.includes(join("packages", "git", "src"))
                  ? { path: join(folder, "git-process.ts") }
                  : undefined,
              ),
          },
        ],
  });
  return outfile;
}
