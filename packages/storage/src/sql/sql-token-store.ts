import type { TokenStore } from "../token-store.ts";
import { appendAudit } from "./append-audit.ts";
import type { Session } from "./session.ts";

export function makeTokenStore(session: Session): TokenStore {
  return {
    create: (token, audit) =>
      session.mutate(async (transaction) => {
        await transaction.db
          .insertInto("tokens")
          .values({
            id: token.id,
            name: transaction.guard.checkText(token.name, "the token's name"),
            role: token.role,
            sha256: token.sha256,
            created_at_ms: token.createdAtMs,
          })
          .execute();
        await appendAudit(transaction, audit, { tokenId: token.id, role: token.role });
      }),
    async findBySha256(sha256) {
      const row = await session.db
        .selectFrom("tokens")
        .selectAll()
        .where("sha256", "=", sha256)
        .executeTakeFirst();
      if (row === undefined) return null;
      return {
        id: row.id,
        name: row.name,
        role: row.role,
        sha256: row.sha256,
        createdAtMs: row.created_at_ms,
      };
    },
    async count() {
      const row = await session.db
        .selectFrom("tokens")
        .select((tokens) => tokens.fn.countAll().as("count"))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
  };
}
