import type { ListedRotation } from "@keywarden/rotation";
import { CliError } from "../cli-error.ts";
import type { DueKey } from "./due-key.ts";

/** Where a new key goes, and who said so. */
export interface ChosenPlaces {
  /** From where relative places are meant. */
  readonly directory: string;
  readonly places: readonly string[];
  readonly isRemembered: boolean;
}

/** What the last rotations of this machine know of keys at one server. */
export interface Remembered {
  readonly rotations: readonly ListedRotation[];
  readonly server: string;
}

/**
 * Says where each new key goes: `--to <key id>=<place>`, for a single key `--to <place>`, else where its last rotation put it.
 *
 * @throws CliError CLI_USAGE for a place without a key among several, or of a key that is not to be rotated
 */
export function makePlaceChooser(
  keys: readonly Pick<DueKey, "keyId">[],
  given: readonly string[],
  { rotations, server }: Remembered,
  directory: string,
): (keyId: string) => ChosenPlaces {
  const places = new Map<string, string[]>();
  for (const text of given) {
    const { keyId, place } = readPlace(text, keys);
    if (!keys.some((key) => key.keyId === keyId)) {
      throw new CliError("CLI_USAGE", `--to ${text}: ${keyId} is not one of the keys to rotate.`);
    }
    places.set(keyId, [...(places.get(keyId) ?? []), place]);
  }
  return (keyId) => {
    const said = places.get(keyId);
    if (said !== undefined) return { directory, places: said, isRemembered: false };
    const last = rotations.findLast(
      ({ state }) =>
        state?.status === "done" && state.plan.server === server && state.created?.keyId === keyId,
    )?.state?.plan;
    return {
      directory: last?.directory ?? directory,
      places: last?.sinks ?? [],
      isRemembered: last !== undefined,
    };
  };
}

function readPlace(
  text: string,
  keys: readonly Pick<DueKey, "keyId">[],
): { readonly keyId: string; readonly place: string } {
  // A place begins with its kind and a colon, which no key id has.
  const [, keyId, place = ""] = /^([^:=]+)=(.+)$/s.exec(text) ?? [];
  if (keyId !== undefined) return { keyId, place };
  const [only, ...more] = keys;
  if (only !== undefined && more.length === 0) return { keyId: only.keyId, place: text };
  throw new CliError(
    "CLI_USAGE",
    `Which of the ${keys.length} keys goes to ${text}? Write --to <key id>=${text}: two keys in one sink would overwrite each other.`,
  );
}
