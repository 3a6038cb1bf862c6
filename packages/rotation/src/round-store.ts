import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { appendDurably } from "./durable-file.ts";
import { RotationError } from "./rotation-error.ts";

const roundSchema = z.strictObject({
  version: z.literal(1),
  /** Eight hex digits. */
  round: z.string().regex(/^[0-9a-f]{8}$/),
  server: z.string(),
  /** Whose own API the keys are replaced at, and where its credential is; Keywarden's own when absent. */
  provider: z.strictObject({ id: z.string(), credential: z.string() }).optional(),
  /** Instead of the provider's, for keys whose end is ours. */
  graceSeconds: z.number().nonnegative().optional(),
  /** Where new keys are tried; below the server or at the provider when absent. */
  callUrl: z.string().optional(),
  begunAtMs: z.number(),
  /** Who left, and when, as it was said then. */
  departures: z.array(z.strictObject({ member: z.string(), departedAtMs: z.number() })).readonly(),
  /** The nearest deadline first. */
  keys: z
    .array(
      z.strictObject({
        keyId: z.string(),
        provider: z.string(),
        /** The journal that tells what became of the key, once it has begun. */
        rotation: z.string().regex(/^[0-9a-f]{8}$/),
        deadlineMs: z.number().nullable(),
        reason: z.string(),
        /** From where relative places are meant. */
        directory: z.string(),
        places: z.array(z.string()).readonly(),
      }),
    )
    .readonly(),
});

/** Several rotations that were decided at once. What becomes of each stands in its own journal. */
export type Round = z.infer<typeof roundSchema>;

export interface RoundStore {
  /** Returns once the round is on the disk. */
  create(round: Round): void;
  /** Every round, oldest first. @throws {@link RotationError} ROTATION_STATE */
  list(): readonly { readonly round: Round; readonly hasEnded: boolean }[];
  /** Leaves the round out from now on; its rotations go on being what they are. */
  end(round: string): void;
}

/** Opens the rounds below the directory in which rotations are remembered. */
export function openRoundStore(directory: string): RoundStore {
  const folder = join(directory, "rounds");
  const fileOf = (round: string, kind: "json" | "ended") => join(folder, `${round}.${kind}`);
  return {
    create: (round) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      appendDurably(fileOf(round.round, "json"), Buffer.from(`${JSON.stringify(round)}\n`, "utf8"), true);
    },
    list: () => {
      const names = existsSync(folder) ? readdirSync(folder) : [];
      return names
        .filter((name) => name.endsWith(".json"))
        .flatMap((name) => {
          const round = readRound(join(folder, name));
          return round === null ? [] : [{ round, hasEnded: existsSync(fileOf(round.round, "ended")) }];
        })
        .sort((one, other) => one.round.begunAtMs - other.round.begunAtMs);
    },
    end: (round) => {
      const file = fileOf(round, "ended");
      if (!existsSync(file)) appendDurably(file, Buffer.alloc(0), true);
    },
  };
}

function readRound(path: string): Round | null {
  const text = readFileSync(path, "utf8");
  // A crash while it was written: nothing of it had begun.
  if (!text.endsWith("\n")) return null;
  const read = roundSchema.safeParse(parse(text));
  if (read.success) return read.data;
  throw new RotationError(
    "ROTATION_STATE",
    `${path} is not a batch of rotations; restore the file, or remove it and begin the batch again`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
