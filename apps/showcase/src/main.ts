import { makeTimeline } from "./timeline.ts";
import { offerTheTerminal } from "./offer-the-terminal.ts";
import { readOptions, usage } from "./options.ts";
import { run } from "./run.ts";
import { makeStage } from "./stage.ts";

const options = readOptions(process.argv.slice(2));
if ("problem" in options) {
  process.stderr.write(options.problem);
  process.exit(2);
}
if (options.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const startedAtMs = performance.now();
const stage = makeStage({ node: process.execPath, env: process.env });
const timeline = makeTimeline({
  write: (text) => void process.stdout.write(text),
  colour: process.stdout.isTTY && !process.env["NO_COLOR"],
  elapsedMs: () => performance.now() - startedAtMs,
});
for (const [signal, status] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.on(signal, () => void stage.clear().finally(() => process.exit(status)));
}

try {
  const played = await run(stage, timeline);
  await offerTheTerminal(played, {
    stage,
    timeline,
    keep: options.keep,
    stdin: process.stdin,
    stdout: process.stdout,
  });
} catch (error) {
  process.stderr.write(`\nThe showcase stopped: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await stage.clear();
}
