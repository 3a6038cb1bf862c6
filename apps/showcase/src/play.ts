import type { ExitStatus } from "@keywarden/command-line";
import { offerTheTerminal } from "./offer-the-terminal.ts";
import { run } from "./run.ts";
import { makeRoom } from "./stage.ts";
import { makeTimeline } from "./timeline.ts";

/** Plays the loop, and takes everything away at the end. */
export async function play(
  { keep }: { readonly keep: boolean },
  process: NodeJS.Process,
): Promise<ExitStatus> {
  const { stdin, stdout, stderr } = process;
  const startedAtMs = performance.now();
  const timeline = makeTimeline({
    write: (text) => void stdout.write(text),
    colour: stdout.isTTY && !process.env["NO_COLOR"],
    elapsedMs: () => performance.now() - startedAtMs,
  });
  const stage = makeRoom({ node: process.execPath, env: process.env });
  const leave = (status: number) => () => void stage.clear().finally(() => process.exit(status));
  process.once("SIGINT", leave(130)).once("SIGTERM", leave(143));
  try {
    const played = await run(stage, timeline);
    return (await offerTheTerminal(played, { stage, timeline, keep, stdin, stdout })) === 0 ? 0 : 1;
  } catch (error) {
    stderr.write(`\nThe showcase stopped: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    await stage.clear();
  }
}
