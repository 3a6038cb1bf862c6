import { keyImportAnswerSchema, keyImportSchema, mostImportedKeys } from "@keywarden/management";
import * as z from "zod";
import { parse } from "../http/parse.ts";
import type { OperatorRoute } from "../http/route.ts";
import { importKeys as importAll } from "../keys/import-keys.ts";
import { withMoreMemory } from "../limit-memory.ts";
import { done } from "../refusal.ts";

// Keys are judged one by one, so that each that is refused is named by its position.
const bodySchema = z.strictObject({
  keys: z.array(z.unknown()).max(mostImportedKeys),
  dryRun: z.boolean().optional(),
});

export const importKeysRoute: OperatorRoute = {
  method: "POST",
  path: "/v1/keys/import",
  right: "import",
  bodyLimitBytes: 8 * 1024 * 1024,
  contract: {
    summary:
      "Store keys by their hashes, all that are not there yet or none; what is refused is named by its position",
    body: keyImportSchema,
    status: 200,
    answer: keyImportAnswerSchema,
  },
  handle: async (context, { caller, body }) => {
    const input = parse(bodySchema, body);
    if (!input.ok) return input;
    const { keys, dryRun = false } = input.value;
    const answer = await withMoreMemory(() => importAll(context, caller, keys, dryRun));
    return done({ status: 200, body: answer });
  },
};
