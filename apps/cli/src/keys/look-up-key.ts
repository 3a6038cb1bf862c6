import { safeText } from "@keywarden/inventory";
import { fingerprint } from "@keywarden/key-format";
import { CliError } from "../cli-error.ts";
import { sha256 } from "@keywarden/repository-scan";
import type { KeyAction } from "./key-work.ts";

const longestKeyBytes = 4096;

/** `keywarden keys lookup < file`: the key is hashed here and stays here. */
export const lookUpKey: KeyAction = async ({ connect, options, terminal }) => {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of terminal.stdin) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > longestKeyBytes)
      throw new CliError("CLI_USAGE", "Standard input is too long for one key.");
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks)
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trim();
  if (text === "" || /\s/.test(text)) {
    throw new CliError("CLI_USAGE", "Give exactly one key on standard input: keywarden keys lookup < file.");
  }
  const hash = fingerprint(text, sha256);
  const client = await connect();
  const answer = await client.lookup(hash);
  if (options.switches.has("json")) {
    terminal.print(`${JSON.stringify({ sha256: hash, ...answer })}\n`);
  } else if (answer.found) {
    const { id, provider, name, owner } = answer.key;
    terminal.print(
      `${id}  ${provider}  ${safeText(name)}  owner: ${safeText(owner ?? "none")}\nThis secret is ${answer.secretState}.\n`,
    );
  } else terminal.print("No provider of this server has issued this key.\n");
  return answer.found ? 0 : 1;
};
