import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { departedOwner } from "./chapters/start-the-server.ts";
import { programFile } from "./program-file.ts";
import type { Played } from "./run.ts";
import type { Room } from "./stage.ts";
import type { Timeline } from "./timeline.ts";

/**
 * With a terminal, offers the inventory on what was just played, in a browser and here; with `keep`, waits until Ctrl-C.
 * Resolves with the exit status: 130 when a question was answered with Ctrl-C.
 */
export async function offerTheTerminal(
  played: Played,
  options: {
    readonly stage: Room;
    readonly timeline: Timeline;
    readonly keep: boolean;
    readonly stdin: NodeJS.ReadStream;
    readonly stdout: NodeJS.WriteStream;
  },
): Promise<number> {
  const { stage, timeline } = options;
  const { server, app } = played;
  const inventory = [
    ["--server", server.url, "--token-file", server.tokenFile],
    ["--app-url", app.url, "--app-token-file", app.tokenFile],
    ["--departed", departedOwner],
  ].flat();
  if (options.stdin.isTTY && options.stdout.isTTY) {
    timeline.step("console", "the inventory in a browser; this link signs you in once, within ten minutes");
    timeline.address(await signInLink(server));
    const answer = await ask("\nOpen the inventory in this terminal, too? [Y/n] ", options);
    if (answer === null) return 130;
    if (!/^n/i.test(answer.trim())) {
      const child = spawn(stage.node, [programFile("tui"), ...inventory], {
        stdio: "inherit",
        env: stage.env,
      });
      await once(child, "exit");
    }
    if (!options.keep) {
      const done = await ask(
        "Press Enter to stop everything, the console too, and to remove its data. ",
        options,
      );
      return done === null ? 130 : 0;
    }
  }
  if (!options.keep) return 0;
  timeline.heading("Everything is still running. Ctrl-C stops it and removes its data.");
  for (const [name, address] of Object.entries(played.addresses))
    timeline.detail(`${name.padEnd(16)} ${address}`);
  timeline.detail(`${"console".padEnd(16)} ${await signInLink(server)}`);
  timeline.detail(`${"bootstrap token".padEnd(16)} ${server.tokenFile}`);
  timeline.detail(`${"inventory".padEnd(16)} npx keywarden-tui ${inventory.join(" ")}`);
  // The programs are what keeps this process alive; a signal ends it through the handlers in main.
  return new Promise<never>(() => {});
}

/** Asks the server for an address that signs the reader in once. */
async function signInLink({ url, token }: Played["server"]): Promise<string> {
  const response = await fetch(`${url}/console/sign-in-links`, {
    method: "POST",
    headers: { authorization: `Bearer ${token.reveal()}` },
  });
  if (!response.ok) return `${url}/console`;
  const { path } = (await response.json()) as { readonly path: string };
  return url + path;
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
