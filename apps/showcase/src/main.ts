import { offerTheTerminal } from "./offer-the-terminal.ts";
import { readOptions, usage } from "./options.ts";
import { run } from "./run.ts";
import { makeStage } from "./stage.ts";
import { makeTimeline } from "./timeline.ts";

async function main(): Promise<number> {
  const { stdin, stdout, stderr } = process;
  const options = readOptions(process.argv.slice(2));
  if ("problem" in options) {
    stderr.write(options.problem);
    return 2;
  }
  if (options.help) {
    stdout.write(usage);
    return 0;
  }
  const startedAtMs = performance.now();
  const timeline = makeTimeline({
    write: (text) => void stdout.write(text),
    colour: stdout.isTTY && !process.env["NO_COLOR"],
    elapsedMs: () => performance.now() - startedAtMs,
  });
  const stage = makeStage({ node: process.execPath, env: process.env });
  const leave = (status: number) => () => void stage.clear().finally(() => process.exit(status));
  process.once("SIGINT", leave(130)).once("SIGTERM", leave(143));
  try {
    const played = await run(stage, timeline);
    return await offerTheTerminal(played, { stage, timeline, keep: options.keep, stdin, stdout });
  } catch (error) {
    stderr.write(`\nThe showcase stopped: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    await stage.clear();
  }
}

process.exitCode = await main();
