import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";

const plainWidthFile = join(import.meta.dirname, "../packages/inventory/src/text/plain-width.ts");

/**
 * Ink makes caches for what it knows of lines and characters anew for each frame, and then takes every line of the screen
 * apart again, although most are those of the frame before. These live on, and are emptied when they are full.
 */
const keepInkCaches: Plugin = {
  name: "keep-ink-caches",
  setup: (bundle) => {
    bundle.onLoad({ filter: /[/\\]ink[/\\]build[/\\]output\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const [each, kept] = ["caches = new OutputCaches();", "caches = keptCaches();"];
      if (text.split(each).length !== 2) throw new Error(`${path} makes its caches in another way now`);
      const keep = `
// Each character of a line is several objects: those of 2000 wide lines took 50 MB.
const mostLines = 250;
let inkCaches = new OutputCaches();
function keptCaches() {
  if (inkCaches.styledChars.size > mostLines || inkCaches.widths.size > mostLines) inkCaches = new OutputCaches();
  return inkCaches;
}
`;
      return { contents: text.replace(each, kept) + keep };
    });
  },
};

/** Ink measures every line of every frame one character after the other; most are plain, and known by their length. */
const measurePlainText: Plugin = {
  name: "measure-plain-text",
  setup: (bundle) => {
    bundle.onLoad({ filter: /[/\\]string-width[/\\]index\.js$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const own = "export default function stringWidth(";
      if (text.split(own).length !== 2) throw new Error(`${path} measures text in another way now`);
      const measure = `
import { plainWidth } from ${JSON.stringify(plainWidthFile)};
const colours = /\\u001B\\[[0-9;]*m/g;
export default (text, options) =>
  (options === undefined ? plainWidth(text.replace(colours, "")) : null) ?? exactWidth(text, options);
`;
      return { contents: segmentedLate(text.replace(own, "function exactWidth(")) + measure };
    });
  },
};

/** What takes text apart into characters takes milliseconds to make, in each of Ink's packages; few screens need it. */
const segmentLate: Plugin = {
  name: "segment-late",
  setup: (bundle) => {
    const files =
      /[/\\](?:ink[/\\]build[/\\]line-update|slice-ansi[/\\]tokenize-ansi|wrap-ansi[/\\]index|fit-text)\.[jt]s$/;
    bundle.onLoad({ filter: files }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      if (segmentedLate(text) === text) throw new Error(`${path} takes text apart in another way now`);
      return { contents: segmentedLate(text), loader: path.endsWith(".ts") ? "ts" : "js" };
    });
  },
};

const segmentedLate = (text: string): string =>
  text.replace(
    /^const (\w+) = (new Intl\.Segmenter\([^;]*\));$/m,
    "const $1 = { made: undefined, segment(text) { return (this.made ??= $2).segment(text); } };",
  );

/** Yoga has Node's own fetch decode the program that it carries as a text: loading that takes longer than all of Yoga. */
const decodeYoga: Plugin = {
  name: "decode-yoga",
  setup: (bundle) => {
    bundle.onLoad({ filter: /[/\\]yoga-wasm-base64-esm\.js$/ }, ({ path }) => {
      let contents = readFileSync(path, "utf8");
      for (const [theirs, own] of [
        ['return w||"function"!=typeof fetch?', "return true?"],
        ["function wa(){", 'function wa(){return Buffer.from(H.slice(H.indexOf(",")+1),"base64");'],
      ] as const) {
        if (contents.split(theirs).length !== 2)
          throw new Error(`${path} decodes its program in another way now`);
        contents = contents.replace(theirs, own);
      }
      return { contents };
    });
  },
};

const withoutDevtools: Plugin = {
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
};

/** What the bundles change in Ink; a build fails where a new version of Ink is written in another way. */
export const inkPlugins: readonly Plugin[] = [
  keepInkCaches,
  measurePlainText,
  segmentLate,
  decodeYoga,
  withoutDevtools,
];
