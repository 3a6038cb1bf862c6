import { type Kysely, sql } from "kysely";
import type { Tables } from "./tables.ts";

export type StepOutcome<T> = { readonly value: T } | { readonly reason: unknown };

/**
 * Does a step of a transaction, or takes back what it wrote and nothing else, so that a failed step is committed by nobody.
 *
 * @throws the database's error where it gave up the whole transaction
 */
export async function tryStep<T>(
  transaction: Kysely<Tables>,
  step: () => Promise<T>,
): Promise<StepOutcome<T>> {
  await sql`savepoint step`.execute(transaction);
  try {
    const value = await step();
    await sql`release savepoint step`.execute(transaction);
    return { value };
  } catch (reason) {
    await sql`rollback to savepoint step`.execute(transaction);
    await sql`release savepoint step`.execute(transaction);
    return { reason };
  }
}
