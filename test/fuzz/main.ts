// `npm run fuzz -- <target> [seconds] [--keep]`: tries ever new inputs until one fails or the time is over.
import { inspect } from "node:util";
import { readCorpus, writeCorpus } from "./corpus.ts";
import { explore } from "./explore.ts";
import { targets } from "./targets.ts";

const say = (text: unknown): unknown =>
  process.stdout.write(`${typeof text === "string" ? text : inspect(text)}\n`);
const [name = "", duration = "60", keep] = process.argv.slice(2);
const target = targets[name];
if (target === undefined || !/^\d+$/.test(duration) || (keep !== undefined && keep !== "--keep")) {
  say("usage: npm run fuzz -- <target> [seconds] [--keep]");
  say(
    `targets: ${Object.keys(targets).join(", ")}; --keep writes the inputs that reached most to the corpus`,
  );
  process.exit(2);
}

const endAtMs = performance.now() + Number(duration) * 1000;
const { runs, covered, kept, failure } = explore(target, {
  corpus: readCorpus(name),
  random: (below) => Math.floor(Math.random() * below),
  isOver: () => performance.now() >= endAtMs,
});
say(`${name}: ${runs} runs, ${covered} pieces of code by frequency, ${kept.length} inputs worth keeping`);
if (failure !== null) {
  say(failure.error);
  say(`Add this line to test/fuzz/corpus/${name}.txt, so that it is tried in every test run:`);
  say(failure.input.toString("hex"));
  process.exit(1);
}
// A long tail of inputs that differ in how often something runs would slow every test run down.
if (keep === "--keep") writeCorpus(name, kept.slice(0, 48));
