import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { safeText } from "@keywarden/inventory";
import { readSealingKey } from "@keywarden/management";
import { openSink } from "@keywarden/rotation";
import { CliError } from "../cli-error.ts";
import type { ExitStatus } from "../terminal.ts";
import type { OpenFlags } from "./key-actions.ts";
import type { KeyWork } from "./key-work.ts";

/** `keywarden keys open <key id>`: delivers the new secret that the server's policy sealed to a public key. */
export async function openKeyAtServer(
  { connect, terminal }: KeyWork,
  flags: OpenFlags,
  id: string,
): Promise<ExitStatus> {
  const { to: targets, print: isPrinted, sealingKey: file } = flags;
  if (targets.length === 0 && !isPrinted)
    throw new CliError("CLI_USAGE", "Say where the new secret goes: choose --to <sink> or --print.");
  const { env, directory } = terminal;
  const pem = await readFile(resolve(directory, file), "utf8").catch((cause: unknown) => {
    throw new CliError("CLI_USAGE", `--sealing-key ${file} cannot be read; check the path.`, { cause });
  });
  const sealingKey = readSealingKey(pem);
  if (sealingKey === null)
    throw new CliError("CLI_USAGE", `--sealing-key ${file} is no private key of X25519 or RSA in PEM.`);
  const sinks = targets.map((target) => openSink(target, { env, directory, fetch }));
  for (const sink of sinks) await sink.check();
  const { client } = await connect();
  const { generation, sealed } = await client.sealedSecret(id);
  const secret = sealingKey.open(sealed);
  if (secret === null)
    throw new CliError(
      "CLI_DELIVERY",
      `The secret of ${id} was sealed to another key than ${file}: sealTo in the server's policy has its public key.`,
    );
  const key = await client.show(id);
  const rotation = randomBytes(4).toString("hex");
  const delivery = { rotation, provider: key.provider, keyId: key.id, name: key.name };
  for (const sink of sinks)
    terminal.warn(
      `delivered to ${safeText(sink.target)}: ${safeText(await sink.deliver(secret, delivery))}\n`,
    );
  terminal.warn(`opened ${secret.redacted} (${key.id}, generation ${generation})\n`);
  if (isPrinted) terminal.printSecret(secret);
  return 0;
}
