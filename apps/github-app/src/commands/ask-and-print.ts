import type { ConnectionFlags } from "../operate/connect.ts";
import type { AppConnection } from "../operate/connection.ts";
import type { Process } from "../process.ts";

/** Asks the App, and prints the answer as JSON or as the text that people read. */
export async function askAndPrint<T>(
  flags: ConnectionFlags & { readonly format: "text" | "json" },
  process: Process,
  ask: (connection: AppConnection) => Promise<T>,
  say: (answer: T) => string,
): Promise<T> {
  const { connectToApp } = await import("../operate/connect.ts");
  await using connection = await connectToApp(flags, process);
  const answer = await ask(connection);
  process.print(flags.format === "json" ? `${JSON.stringify(answer, null, 2)}\n` : say(answer));
  return answer;
}
