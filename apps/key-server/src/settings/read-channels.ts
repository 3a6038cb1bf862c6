import { dirname, resolve } from "node:path";
import { type Channel, ChannelError, channelSchema, makeChannels } from "@keywarden/channels";
import { describeSchemaProblems } from "@keywarden/command-line";
import * as z from "zod";
import { KeyServerError } from "../key-server-error.ts";
import { readJsonFile } from "./read-json-file.ts";
import { readSecretFile } from "./read-secret-file.ts";

/**
 * Reads where alerts and security events are told: a JSON list of channels, whose secrets are in files beside it.
 *
 * @throws {@link KeyServerError} SERVER_BAD_CHANNELS, naming the file and what is wrong with it
 */
export async function readChannels(path: string | null): Promise<readonly Channel[]> {
  if (path === null) return [];
  const parsed = z.array(channelSchema).safeParse(await readJsonFile(path, bad));
  if (!parsed.success) throw bad(`${path}: ${describeSchemaProblems(parsed.error)}`);
  try {
    return makeChannels(parsed.data, (name) => readSecretFile(resolve(dirname(path), name), bad), Date.now);
  } catch (error) {
    throw error instanceof ChannelError ? bad(`${path}: ${error.message}`, error) : error;
  }
}

function bad(message: string, cause?: unknown): KeyServerError {
  return new KeyServerError(
    "SERVER_BAD_CHANNELS",
    `--channels: ${message}`,
    cause === undefined ? {} : { cause },
  );
}
