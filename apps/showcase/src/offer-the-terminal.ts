import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { programFile } from "./program-file.ts";
import type { Played } from "./run.ts";
import type { Stage } from "./stage.ts";
import type { Timeline } from "./timeline.ts";

/**
 * With a terminal, offers the inventory on what was just played; with `keep`, waits until Ctrl-C.
 * Resolves with the exit status: 130 when the question was answered with Ctrl-C.
 */
export async function offerTheTerminal(
  played: Played,
  options: {
    readonly stage: Stage;
    readonly timeline: Timeline;
    readonly keep: boolean;
    readonly stdin: NodeJS.ReadStream;
    readonly stdout: NodeJS.WriteStream;
  },
): Promise<number> {
  const { stage, timeline } = options;
  const inventory = ["--server", played.server.url, "--token-file", played.server.tokenFile];
  if (options.stdin.isTTY && options.stdout.isTTY) {
    timeline.detail(
      `In a browser: ${played.server.url}/console, with the token in ${played.server.tokenFile}`,
    );
    const answer = await ask("\nOpen the key inventory in this terminal? [Y/n] ", options);
    if (answer === null) return 130;
    if (!/^n/i.test(answer.trim())) {
      const child = spawn(stage.node, [programFile("tui"), ...inventory], {
        stdio: "inherit",
        env: stage.env,
      });
      await once(child, "exit");
    }
  }
  if (!options.keep) return 0;
  timeline.heading("Everything is still running. Ctrl-C stops it and removes its data.");
  for (const [name, address] of Object.entries(played.addresses))
    timeline.detail(`${name.padEnd(16)} ${address}`);
  timeline.detail(`${"console".padEnd(16)} ${played.server.url}/console`);
  timeline.detail(`${"bootstrap token".padEnd(16)} ${played.server.tokenFile}`);
  timeline.detail(`${"inventory".padEnd(16)} npx keywarden-tui ${inventory.join(" ")}`);
  // The programs are what keeps this process alive; a signal ends it through the handlers in main.
  return new Promise<never>(() => {});
}

/** The answer, or null when it was Ctrl-C. */
async function ask(
  question: string,
  { stdin, stdout }: { readonly stdin: NodeJS.ReadStream; readonly stdout: NodeJS.WriteStream },
): Promise<string | null> {
  const prompt = createInterface({ input: stdin, output: stdout });
  const interrupted = once(prompt, "SIGINT").then(() => null);
  const answer = await Promise.race([prompt.question(question), interrupted]);
  prompt.close();
  if (answer === null) stdout.write("\n");
  return answer;
}
