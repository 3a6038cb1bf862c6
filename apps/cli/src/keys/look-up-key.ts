import { safeText } from "@keywarden/inventory";
import { fingerprint } from "@keywarden/key-format";
import { CliError } from "../cli-error.ts";
import { sha256 } from "@keywarden/repository-scan";
import type { AnswerFlags } from "../flags/report-flags.ts";
import type { ExitStatus } from "../terminal.ts";
import type { KeyWork } from "./key-work.ts";
import { takeKey, type NotOneKey } from "./take-key.ts";

const longestKeyBytes = 4096;

const sayWhy: Readonly<Record<NotOneKey, string>> = {
  none: "",
  several: " There are several keys there.",
  unclear: " What stands beside the key there may be a second one.",
};

/** `keywarden keys lookup < file`: the key is hashed here and stays here. */
export async function lookUpKeyAtServer(
  { connect, terminal }: KeyWork,
  { format }: AnswerFlags,
): Promise<ExitStatus> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of terminal.stdin) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > longestKeyBytes)
      throw new CliError("CLI_USAGE", "Standard input is too long for one key.");
    chunks.push(chunk);
  }
  const taken = takeKey(Buffer.concat(chunks).toString("utf8"));
  if ("not" in taken) {
    throw new CliError(
      "CLI_USAGE",
      `Give exactly one key on standard input: keywarden keys lookup < file.${sayWhy[taken.not]}`,
    );
  }
  const hash = fingerprint(taken.text, sha256);
  const { client } = await connect();
  const answer = await client.lookup(hash);
  if (format === "json") {
    terminal.print(
      `${JSON.stringify({ sha256: hash, ...answer, ...(answer.found ? {} : { doubt: taken.doubt }) })}\n`,
    );
  } else if (answer.found) {
    const { id, provider, name, owner } = answer.key;
    terminal.print(
      `${id}  ${provider}  ${safeText(name)}  owner: ${safeText(owner ?? "none")}\nThis secret is ${answer.secretState}.\n`,
    );
  } else if (answer.purged !== undefined) {
    const { keyId, provider, revokedAt, purgedAt } = answer.purged;
    terminal.print(`${safeText(keyId)}  ${provider}  revoked ${revokedAt}, purged ${purgedAt}\n`);
  } else if (taken.doubt === null) {
    terminal.print("No provider of this server has issued this key.\n");
  } else {
    terminal.print(`Could not tell: the server does not know it, and ${taken.doubt}.\n`);
  }
  if (answer.found || answer.purged !== undefined) return 0;
  return taken.doubt === null ? 1 : 2;
}
