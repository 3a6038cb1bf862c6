import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "@keywarden/files";
import * as z from "zod";
import { appendDurably } from "./durable-file.ts";
import { RotationError } from "./rotation-error.ts";

const batchSchema = z.strictObject({
  version: z.literal(1),
  /** Eight hex digits. */
  // A batch was called a round when its file got its form.
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
      z.preprocess(
        readOlderNames,
        z.strictObject({
          keyId: z.string(),
          provider: z.string(),
          /** The journal that tells what became of the key, once it has begun. */
          rotation: z.string().regex(/^[0-9a-f]{8}$/),
          deadlineMs: z.number().nullable(),
          reason: z.string(),
          /** From where relative sinks are meant. */
          directory: z.string(),
          sinks: z.array(z.string()).readonly(),
        }),
      ),
    )
    .readonly(),
});

/** Several rotations that were decided at once. What becomes of each stands in its own journal. */
export type Batch = z.infer<typeof batchSchema>;

// Older batches call their sinks places.
function readOlderNames(key: unknown): unknown {
  if (typeof key !== "object" || key === null || !("places" in key)) return key;
  const { places, ...rest } = key;
  return { sinks: places, ...rest };
}

export interface BatchStore {
  /** Returns once the batch is on the disk. */
  create(batch: Batch): void;
  /** Every batch, oldest first. @throws {@link RotationError} ROTATION_STATE */
  list(): readonly { readonly batch: Batch; readonly hasEnded: boolean }[];
  /** Leaves the batch out from now on; its rotations go on being what they are. */
  end(id: string): void;
}

/** Opens the batches below the directory in which rotations are remembered. */
export function openBatchStore(directory: string): BatchStore {
  const folder = join(directory, "rounds");
  const fileOf = (id: string, kind: "json" | "ended") => join(folder, `${id}.${kind}`);
  return {
    create: (batch) => {
      makeFolder(folder, { mode: 0o700 });
      appendDurably(fileOf(batch.round, "json"), Buffer.from(`${JSON.stringify(batch)}\n`, "utf8"), true);
    },
    list: () => {
      const names = existsSync(folder) ? readdirSync(folder) : [];
      return names
        .filter((name) => name.endsWith(".json"))
        .flatMap((name) => {
          const batch = readBatch(join(folder, name));
          return batch === null ? [] : [{ batch, hasEnded: existsSync(fileOf(batch.round, "ended")) }];
        })
        .sort((one, other) => one.batch.begunAtMs - other.batch.begunAtMs);
    },
    end: (id) => {
      const file = fileOf(id, "ended");
      if (!existsSync(file)) appendDurably(file, Buffer.alloc(0), true);
    },
  };
}

function readBatch(path: string): Batch | null {
  const text = readFileSync(path, "utf8");
  // A crash while it was written: nothing of it had begun.
  if (!text.endsWith("\n")) return null;
  const read = batchSchema.safeParse(parse(text));
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
