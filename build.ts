// Bundles one app into one file that runs without node_modules: `node build.ts <folder under apps/>`.
import { build } from "esbuild";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [app] = process.argv.slice(2);
if (app === undefined) throw new Error("usage: node build.ts <folder under apps/>");

const root = fileURLToPath(new URL(`apps/${app}/`, import.meta.url));
const entry = ["main.ts", "main.tsx"].map((name) => `${root}src/${name}`).find((path) => existsSync(path));
if (entry === undefined) throw new Error(`no src/main.ts or src/main.tsx in ${root}`);

await build({
  entryPoints: [entry],
  outfile: `${root}dist/main.js`,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node22.18",
  minifySyntax: true,
  legalComments: "none",
  // Ink and React choose their development build unless this is fixed when the bundle is made.
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [
    {
      // Ink imports its devtools behind DEV=true, but in one file that import is hoisted to the top and would have to resolve.
      name: "without-devtools",
      setup: (bundle) => {
        bundle.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({
          path,
          namespace: "without-devtools",
        }));
        bundle.onLoad({ filter: /.*/, namespace: "without-devtools" }, () => ({
          contents: "export default {}",
        }));
      },
    },
  ],
  banner: { js: readFileSync(new URL("bundle-prelude.js", import.meta.url), "utf8") },
});
