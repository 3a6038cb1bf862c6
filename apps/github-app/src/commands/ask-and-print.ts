import type { ConnectionFlags } from "../operate/connect.ts";
import type { Connection } from "../operate/connection.ts";
import type { Process } from "../process.ts";

/** Asks the App, and prints the answer as JSON or as the text that people read. */
export async function askAndPrint<T>(
  flags: ConnectionFlags & { readonly json: boolean },
  process: Process,
  ask: (connection: Connection) => Promise<T>,
  say: (answer: T) => string,
): Promise<T> {
  const { connect } = await import("../operate/connect.ts");
  await using connection = await connect(flags, process);
  const answer = await ask(connection);
  process.print(flags.json ? `${JSON.stringify(answer, null, 2)}\n` : say(answer));
  return answer;
}
