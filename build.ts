// Bundles one app so that it runs without node_modules: `node build.ts <folder under apps/> [folder for the result]`.
import { createHash } from "node:crypto";
import { renderManPage, type Program as CommandLine } from "@keywarden/command-line";
import type { readGuardedProviders as ReadGuardedProviders } from "./apps/cli/src/guard/read-providers.ts";
import { sortsOf } from "@keywarden/scan";
import { build as bundle } from "esbuild";
import type { BuildOptions, Plugin } from "esbuild";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { writeBillOfMaterials } from "./release/bill-of-materials.ts";
import type { Program } from "./release/bill-of-materials.ts";
import { listBundledPackages } from "./release/bundled-packages.ts";
import { checkHelp } from "./release/check-help.ts";
import { inkPlugins } from "./release/ink-plugins.ts";
import { writeNotices } from "./release/notices.ts";
import { requireOthers } from "./release/require-others.ts";
import { writeAnswers } from "./release/write-answers.ts";

const [app, folder] = process.argv.slice(2);
if (app === undefined) throw new Error("usage: node build.ts <folder under apps/> [folder for the result]");

const root = join(import.meta.dirname, "apps", app);
const output = resolve(folder ?? join(root, "dist"));
const find = (name: string): string | undefined =>
  [`${name}.ts`, `${name}.tsx`].map((file) => join(root, "src", file)).find((path) => existsSync(path));

// Reading hundreds of patterns takes longer than reading what becomes of them.
const catalogueFile = join(import.meta.dirname, "packages/key-format/src/catalogue/catalogue.ts");
const { catalogueProviders } = (await import(pathToFileURL(catalogueFile).href)) as {
  catalogueProviders: unknown;
};
const readCatalogue: Plugin = {
  name: "read-catalogue",
  setup: (bundle) => {
    bundle.onLoad({ filter: /[/\\]catalogue[/\\]catalogue\.ts$/ }, () => ({
      contents: `export const catalogueProviders = JSON.parse(${JSON.stringify(JSON.stringify(catalogueProviders))});`,
    }));
    // What is made of the catalogue alone is made here, and not at every start.
    bundle.onLoad({ filter: /[/\\]built-in-(anchors|prefixes|search|words)\.ts$/ }, ({ path }) =>
      writeAnswers(path),
    );
  },
};

// Whoever waits for a hook is not as thorough, and need not read what that is searched with.
const withoutSearch: Plugin = {
  name: "without-search",
  setup: (bundle) =>
    bundle.onLoad({ filter: /[/\\]built-in-search\.ts$/ }, ({ path }) => writeAnswers(path, () => null)),
};
const quickFiles = ["staged.cjs", "hooks.cjs", "guard.cjs", "help.cjs"];

const shared: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node22.18",
  minifySyntax: true,
  legalComments: "none",
  // Ink and React choose their development build unless this is fixed when the bundle is made.
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [readCatalogue, ...inkPlugins],
};

const bundledFiles = new Set<string>();
/** Bundles as esbuild does, and keeps in mind which files have lines in the result. */
async function build(options: BuildOptions): Promise<void> {
  const { metafile } = await bundle({ ...options, absWorkingDir: import.meta.dirname, metafile: true });
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs))
      if (bytesInOutput > 0) bundledFiles.add(file);
  }
}

const table = pathToFileURL(join(root, "src/program.ts")).href;
const { program: commandLine } = (await import(table)) as { program: CommandLine };
const prelude = readFileSync(join(import.meta.dirname, "bundle-prelude.js"), "utf8");
const start = "#!/usr/bin/env node";
const isOld = "__isTooOld(process.versions.node)";
const main = find("main");
if (main === undefined) throw new Error(`no src/main.ts or src/main.tsx in ${root}`);
const launcher = find("launch");

// What an earlier build has left would be packed with the rest.
if (existsSync(output)) {
  for (const file of readdirSync(output)) if (/\.[cm]?js$/.test(file)) rmSync(join(output, file));
}

/** Writes the name of a bundle's content into its first line: compiled code is kept by that name. */
function nameContent(bundle: string): void {
  const text = readFileSync(bundle, "utf8");
  if (/[^\0-\x7f]/.test(text)) throw new Error(`${bundle} is read one byte a character, and holds others`);
  writeFileSync(bundle, `//${createHash("sha256").update(text).digest("hex").slice(0, 16)}\n${text}`);
}

/**
 * Help, the version and a mistake on the command line are answered by one small CommonJS file: reading the large ones takes
 * longer than the answer. What only a command imports is not in it, and is never asked for.
 */
async function buildEarly(common: BuildOptions, isHelp: (path: string) => boolean): Promise<void> {
  await build({
    ...common,
    format: "cjs",
    stdin: {
      contents: `import { answerEarly, endOnLostOutput } from "@keywarden/command-line";
import { program } from "./program.ts";
export const answer = (process) => {
  endOnLostOutput(program, process);
  return answerEarly(program, {
    argv: process.argv.slice(2),
    env: process.env,
    get directory() { return process.cwd(); },
    print: (text) => void process.stdout.write(text),
    warn: (text) => void process.stderr.write(text),
  });
};`,
      resolveDir: join(root, "src"),
    },
    outfile: join(output, "early.cjs"),
    plugins: [
      ...(common.plugins ?? []),
      {
        name: "without-commands",
        setup: (bundle) =>
          bundle.onResolve({ filter: /^\./ }, ({ kind, importer, path }) =>
            kind === "dynamic-import" &&
            importer.startsWith(join(root, "src")) &&
            !isHelp(resolve(dirname(importer), path))
              ? { path, external: true }
              : undefined,
          ),
      },
    ],
  });
}

if (launcher === undefined) {
  // CommonJS dependencies inside an ES module bundle still call require for node's own modules.
  const requireOwnModules = `import { createRequire as __createRequire } from "node:module";
const require = __createRequire(import.meta.url);`;
  // V8 keeps the text in memory for as long as the program runs.
  const common: BuildOptions = { ...shared, minifyWhitespace: true };
  // What the program imports when it runs lies in files of its own, read when a command needs them.
  await build({
    ...common,
    entryPoints: { program: main },
    outdir: output,
    format: "esm",
    splitting: true,
    chunkNames: "[name]-[hash]",
    outExtension: { ".js": ".mjs" },
    banner: { js: requireOwnModules },
  });
  await buildEarly(common, () => false);
  // Somebody waits for a terminal, and reading the small file takes a tenth of that: a call of known flags goes without it.
  // Compiled code is kept as the CLI keeps it: only where writing needs the same rights as changing the program.
  const known = Object.keys(commandLine.main?.flags ?? {}).map((flag) => `--${flag}`);
  const waits =
    app === "tui"
      ? `const flags = ${JSON.stringify(known)};
  const isKnown = (word, at) => (word.startsWith("-") ? flags.includes(word.split("=", 1)[0]) : at > 0);
  if (process.argv.slice(2).every(isKnown)) {
    require("node:module").enableCompileCache(\`\${__dirname}/../node_modules/.cache/compiled\`);
    void import("./program.mjs");
  } else `
      : "";
  const answer = `else {
  ${waits}void require("./early.cjs").answer(process).then((status) => {
    if (status === null) return import("./program.mjs");
    process.exitCode = status;
  });
}
`;
  const text = [start, prelude, `if (${isOld}) void __handOver(__filename);`, answer].join("\n");
  writeFileSync(join(output, "main.js"), text);
} else {
  // Every commit waits for this program. CommonJS loads only what a run needs of Node's own modules, the launcher has V8
  // keep the compiled form, and what no commit runs lies in other files, each named for what it holds.
  const commands = join(root, "src/commands");
  const common: BuildOptions = {
    ...shared,
    format: "cjs",
    minifyWhitespace: true,
    // CommonJS has no import.meta.
    define: {
      ...shared.define,
      "import.meta.dirname": "__dirname",
      "import.meta.filename": "__filename",
    },
  };
  const stagedFile = "staged.cjs";
  /** Gives the file for what is imported when it runs; undefined for what stays where it is imported. */
  const fileOf = (path: string, importer: string): string | undefined => {
    if (path === join(root, "src/scan/scan-staged.ts")) return stagedFile;
    if (/[/\\]command-line[/\\]src[/\\](help|completions[/\\]render-completions)\.ts$/.test(path))
      return "help.cjs";
    if (/[/\\]keys[/\\].*-help\.ts$/.test(path)) return "help.cjs";
    if (dirname(path) === join(root, "src/scan")) return "scan.cjs";
    if (dirname(path) === join(root, "src/guard")) return "guard.cjs";
    if (["src/hook/doctor.ts", "src/tui/tui.ts"].some((file) => path === join(root, file)))
      return "commands.cjs";
    if (/[/\\]src[/\\](hook[/\\]hook-(pre-push|commit-msg)|receive[/\\]pre-receive)\.ts$/.test(path))
      return "hooks.cjs";
    // What a command's table imports is what the command runs, wherever it lies; no commit waits for it.
    return dirname(importer) === commands ? "commands.cjs" : undefined;
  };
  // What sinks and providers there are is known when the program is built; their code is too much to load for help alone.
  const writtenHelp: Plugin = {
    name: "written-help",
    setup: (bundle) => {
      bundle.onLoad({ filter: /[/\\]keys[/\\].*(sink|provider)-help\.ts$/ }, ({ path }) =>
        writeAnswers(path),
      );
    },
  };
  const waiting = new Map<string, Set<string>>();
  const split = (own: string): BuildOptions => ({
    ...common,
    outfile: join(output, own),
    plugins: [
      ...(quickFiles.includes(own) ? [withoutSearch] : []),
      readCatalogue,
      writtenHelp,
      {
        name: "what-can-wait",
        setup: (bundle) => {
          bundle.onResolve({ filter: /^\./ }, ({ kind, importer, path }) => {
            if (kind !== "dynamic-import") return undefined;
            const wanted = resolve(dirname(importer), path);
            const file = fileOf(wanted, importer);
            if (file === undefined || file === own) return undefined;
            waiting.set(file, (waiting.get(file) ?? new Set()).add(wanted));
            return { path: `./${file}`, external: true };
          });
        },
      },
    ],
  });
  await build({ ...split(stagedFile), entryPoints: [main] });
  requireOthers(join(output, stagedFile));
  nameContent(join(output, stagedFile));
  await buildEarly(
    { ...common, plugins: [readCatalogue, writtenHelp] },
    (path) => fileOf(path, main) === "help.cjs",
  );
  for (const file of ["scan.cjs", "guard.cjs", "hooks.cjs", "commands.cjs", "help.cjs"]) {
    const contents = Array.from(waiting.get(file) ?? [], (path) => `export * from ${JSON.stringify(path)};`);
    await build({ ...split(file), stdin: { contents: contents.join("\n"), resolveDir: commands } });
    requireOthers(join(output, file));
  }
  // What every event of an agent waits for stands alone: the signs of keys, what finds keys, and each provider as a text
  // of its own, because an event holds keys of few.
  const { keySigns, signLeads } = (await import(
    pathToFileURL(join(root, "src/guard/key-signs.ts")).href
  )) as { keySigns: () => unknown; signLeads: () => unknown };
  const guardedFile = pathToFileURL(join(root, "src/guard/read-providers.ts")).href;
  const { readGuardedProviders } = (await import(guardedFile)) as {
    readGuardedProviders: typeof ReadGuardedProviders;
  };
  const providers = readGuardedProviders("any");
  const providerTexts = providers.map((provider) => JSON.stringify(provider));
  const written = {
    "key-signs": `export const keySigns = () => JSON.parse(${JSON.stringify(JSON.stringify(keySigns()))});
export const signLeads = () => ${JSON.stringify(signLeads())};`,
    "read-providers": `const texts = ${JSON.stringify(providerTexts)};
const sortsOf = ${JSON.stringify(providers.map((provider) => sortsOf(provider).join(" ")))};
export const readGuardedProviders = (sorts) =>
  texts
    .filter((_, at) => sorts === "any" || sortsOf[at].split(" ").some((sort) => sorts.has(sort)))
    .map((text) => JSON.parse(text));`,
  };
  const writtenTables: Plugin = {
    name: "written-tables",
    setup: (bundle) => {
      for (const [name, contents] of Object.entries(written))
        bundle.onLoad({ filter: new RegExp(`[/\\\\]guard[/\\\\]${name}\\.ts$`) }, () => ({ contents }));
      // The check is made for the sorts that an event may hold, never for all.
      bundle.onLoad(
        { filter: /[/\\](own-beside-built-in|built-in-(anchors|prefixes|search|words))\.ts$/ },
        (file) => writeAnswers(file.path, () => null),
      );
    },
  };
  for (const [entry, file] of [
    ["src/guard-quick.ts", "guard-quick.cjs"],
    ["src/guard/answer-alone.ts", "guard-alone.cjs"],
  ] as const) {
    const bundle = join(output, file);
    await build({ ...common, entryPoints: [join(root, entry)], outfile: bundle, plugins: [writtenTables] });
    nameContent(bundle);
  }
  const workers = join(root, "src/workers");
  await build({
    ...common,
    entryPoints: readdirSync(workers).map((name) => join(workers, name)),
    outdir: output,
    outExtension: { ".js": ".cjs" },
  });
  await build({
    ...common,
    minifyWhitespace: false,
    entryPoints: [launcher],
    outfile: join(output, "main.js"),
    banner: { js: `${start}\n${prelude}\nif (${isOld}) void __handOver(__filename);\nelse {` },
    footer: { js: "}" },
  });
  const id = createHash("sha256")
    .update(readFileSync(join(output, stagedFile)))
    .digest("hex");
  writeFileSync(join(output, "build-id"), `${id}\n`);
  copyFileSync(join(root, "src/hook/hook.sh"), join(output, "hook.sh"));
}

// The app's own manifest says that its files are ES modules.
writeFileSync(join(output, "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);

// The manual page is made from the table that the program reads its command line by.
writeFileSync(join(output, `${commandLine.name}.1`), await renderManPage(commandLine));

await checkHelp(join(output, "early.cjs"), commandLine);

// npm sets this when it links a program, but a result that turbo restores from its cache is linked already.
chmodSync(join(output, "main.js"), 0o755);

// Whoever passes a copy on passes the licences on with it.
const bundledPackages = listBundledPackages(import.meta.dirname, bundledFiles);
const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
const program = readJson(join(root, "package.json")) as Program;
const lock = readJson(join(import.meta.dirname, "package-lock.json")) as {
  readonly packages: Readonly<Record<string, { readonly integrity?: string }>>;
};
copyFileSync(join(import.meta.dirname, "LICENSE"), join(output, "LICENSE"));
writeFileSync(join(output, "THIRD-PARTY-NOTICES.txt"), writeNotices(program.name, bundledPackages));
writeFileSync(
  join(output, "sbom.cdx.json"),
  writeBillOfMaterials(program, bundledPackages, (folder) => lock.packages[folder]?.integrity),
);
