import nodeModule from "node:module";
import { join } from "node:path";
import { answerCheck } from "./guard-launch.ts";
import { loadCompiled } from "./load-compiled.ts";

const load = nodeModule.createRequire(import.meta.filename);
// Compiled code is cached only where writing needs the same rights as changing the program; elsewhere it is compiled each time.
const cacheFolder = `${import.meta.dirname}/../node_modules/.cache/compiled`;

const [first, second, ...rest] = process.argv.slice(2);
// Every commit and every push waits for these.
const isCommit = first === "scan" && second === "--staged" && rest.length === 0;
const isGitHook = first === "hook" && ["commit-msg", "pre-push", "pre-receive"].includes(second ?? "");
// An agent waits for each answer, and most events need nothing of the rest.
const isEvent = first === "guard" && second === "check";
// Until a command has answered, nobody knows. A bundle that is empty, as a full disk leaves it, would end as a clean scan.
const unanswered = 70;
process.exitCode = unanswered;
// Of an empty main.js nothing asks for anything, and Node ends with 0: who wants to know asks for another status.
const { keywarden_done: asked } = process.env;
// git starts hooks, and these are asked anew.
delete process.env["keywarden_done"];
process.once("exit", (status) => {
  if (status === unanswered) stop(new Error("no command was run to its end"));
  else if (status === 0 && asked !== undefined && /^[1-9]\d?$/.test(asked)) process.exitCode = Number(asked);
});
try {
  start();
} catch (error) {
  stop(error);
}

function start(): void {
  if (isEvent && answerCheck(rest, process, load, cacheFolder)) return;
  nodeModule.enableCompileCache(cacheFolder);
  if (isCommit) scanStaged();
  else if (isGitHook || isEvent) load("./staged.cjs");
  else answerEarly();
}

// Node would end with 1, which says that keys were found.
function stop(error: unknown): void {
  const why = error instanceof Error ? error.message.split("\n", 1)[0] : "no reason given";
  process.stderr.write(`keywarden: its own files cannot be loaded: ${why}.\nInstall the package again.\n`);
  process.exitCode = 2;
}

function scanStaged(): void {
  const staged = loadCompiled(join(import.meta.dirname, "staged.cjs"), load, cacheFolder);
  process.once("exit", (status) => {
    // Only a key has everything run that reports one.
    if (status === 0 || status === 1) staged.keep(status === 1);
  });
}

function answerEarly(): void {
  const { answer } = load("./early.cjs") as { answer: (asked: NodeJS.Process) => Promise<number | null> };
  answer(process)
    .then((status) => {
      if (status === null) load("./staged.cjs");
      else process.exitCode = status;
    })
    .catch(stop);
}
