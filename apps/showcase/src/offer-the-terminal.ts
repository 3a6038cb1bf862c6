import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { programFile } from "./program-file.ts";
import type { Played } from "./run.ts";
import type { Stage } from "./stage.ts";
import type { Timeline } from "./timeline.ts";

/** With a terminal, offers the inventory on what was just played; with `keep`, waits until Ctrl-C. */
export async function offerTheTerminal(
  played: Played,
  options: {
    readonly stage: Stage;
    readonly timeline: Timeline;
    readonly keep: boolean;
    readonly stdin: NodeJS.ReadStream;
    readonly stdout: NodeJS.WriteStream;
  },
): Promise<void> {
  const { stage, timeline } = options;
  const inventory = ["--server", played.server.url, "--token-file", played.server.tokenFile];
  if (options.stdin.isTTY && options.stdout.isTTY) {
    const prompt = createInterface({ input: options.stdin, output: options.stdout });
    const answer = await prompt.question("\nOpen the key inventory in this terminal? [Y/n] ");
    prompt.close();
    if (!/^n/i.test(answer.trim())) {
      const child = spawn(stage.node, [programFile("tui"), ...inventory], {
        stdio: "inherit",
        env: stage.env,
      });
      await once(child, "exit");
    }
  }
  if (!options.keep) return;
  timeline.heading("Everything is still running. Ctrl-C stops it and removes its data.");
  for (const [name, address] of Object.entries(played.addresses))
    timeline.detail(`${name.padEnd(16)} ${address}`);
  timeline.detail(`${"bootstrap token".padEnd(16)} ${played.server.tokenFile}`);
  timeline.detail(`${"inventory".padEnd(16)} npx keywarden-tui ${inventory.join(" ")}`);
  // The programs are what keeps this process alive; a signal ends it through the handlers in main.
  await new Promise<never>(() => {});
}
