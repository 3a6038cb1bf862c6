import type { ListedRotation } from "@keywarden/rotation";
import { CliError } from "../cli-error.ts";
import type { DueKey } from "./due-key.ts";

/** Where a new key goes, and who said so. */
export interface ChosenSinks {
  /** From where relative sinks are meant. */
  readonly directory: string;
  readonly sinks: readonly string[];
  readonly isRemembered: boolean;
}

/** What the last rotations of this machine know of keys at one server. */
export interface Remembered {
  readonly rotations: readonly ListedRotation[];
  readonly server: string;
}

/**
 * Says where each new key goes: `--to <key id>=<sink>`, for a single key `--to <sink>`, else where its last rotation put it.
 *
 * @throws CliError CLI_USAGE for a sink without a key among several, or of a key that is not to be rotated
 */
export function makeSinkChooser(
  keys: readonly Pick<DueKey, "keyId">[],
  given: readonly string[],
  { rotations, server }: Remembered,
  directory: string,
): (keyId: string) => ChosenSinks {
  const sinks = new Map<string, string[]>();
  for (const text of given) {
    const { keyId, sink } = readSink(text, keys);
    if (!keys.some((key) => key.keyId === keyId)) {
      throw new CliError("CLI_USAGE", `--to ${text}: ${keyId} is not one of the keys to rotate.`);
    }
    sinks.set(keyId, [...(sinks.get(keyId) ?? []), sink]);
  }
  return (keyId) => {
    const said = sinks.get(keyId);
    if (said !== undefined) return { directory, sinks: said, isRemembered: false };
    const last = rotations.findLast(
      ({ state }) =>
        state?.status === "done" && state.plan.server === server && state.created?.keyId === keyId,
    )?.state?.plan;
    return {
      directory: last?.directory ?? directory,
      sinks: last?.sinks ?? [],
      isRemembered: last !== undefined,
    };
  };
}

function readSink(
  text: string,
  keys: readonly Pick<DueKey, "keyId">[],
): { readonly keyId: string; readonly sink: string } {
  // A sink begins with its kind and a colon, which no key id has.
  const [, keyId, sink = ""] = /^([^:=]+)=(.+)$/s.exec(text) ?? [];
  if (keyId !== undefined) return { keyId, sink };
  const [only, ...more] = keys;
  if (only !== undefined && more.length === 0) return { keyId: only.keyId, sink: text };
  throw new CliError(
    "CLI_USAGE",
    `Which of the ${keys.length} keys goes to ${text}? Write --to <key id>=${text}: two keys in one sink would overwrite each other.`,
  );
}
