import * as z from "zod";

const metadataNameSchema = z
  .string()
  .regex(/^[\w.:-]{1,64}$/, "must be 1 to 64 letters, digits, dots, colons, dashes or underscores");

const metadataValueSchema = z.union([z.string().max(500), z.number(), z.boolean()]);

const mostMembers = 50;
const tooMany = `must have at most ${mostMembers} members`;

/** What a key's owner wants to remember about it: up to 50 short texts, numbers and truth values. */
export const keyMetadataSchema = z
  .record(metadataNameSchema, metadataValueSchema)
  .refine((members) => Object.keys(members).length <= mostMembers, tooMany);
export type KeyMetadata = z.infer<typeof keyMetadataSchema>;

/** Changes of it: a member that is null is removed, one that is absent stays. */
export const keyMetadataChangesSchema = z
  .record(metadataNameSchema, metadataValueSchema.nullable())
  .refine((members) => Object.keys(members).length <= mostMembers, tooMany);
