import nodeModule from "node:module";
import { join } from "node:path";
import { answerCheck } from "./guard-launch.ts";

const load = nodeModule.createRequire(import.meta.filename);
// Compiled code is cached only where writing needs the same rights as changing the program; elsewhere it is compiled each time.
const cacheFolder = join(import.meta.dirname, "../node_modules/.cache/compiled");

const [first, second, ...rest] = process.argv.slice(2);
// Every commit and every push waits for these.
const isAwaited =
  (first === "scan" && second === "--staged" && rest.length === 0) ||
  (first === "hook" && ["commit-msg", "pre-push", "pre-receive"].includes(second ?? ""));
// An agent waits for each answer, and most events need nothing of the rest.
const isAnswered = first === "guard" && second === "check" && answerCheck(rest, process, load, cacheFolder);
if (!isAnswered) {
  nodeModule.enableCompileCache(cacheFolder);
  if (isAwaited || (first === "guard" && second === "check")) load("./staged.cjs");
  else answerEarly();
}

function answerEarly(): void {
  const { answer } = load("./early.cjs") as { answer: (asked: NodeJS.Process) => Promise<number | null> };
  void answer(process).then((status) => {
    if (status === null) load("./staged.cjs");
    else process.exitCode = status;
  });
}
