import type { TokenStore } from "../token-store.ts";
import { appendAudit } from "./append-audit.ts";
import type { Session } from "./session.ts";

const wanted = "the hash that is asked for";

export function makeTokenStore(session: Session): TokenStore {
  // Every call of a server that verifies for others begins with this.
  const query = session.db.selectFrom("tokens").selectAll().where("sha256", "=", wanted).compile();
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
      const asked: typeof query = { ...query, parameters: [sha256] };
      const [row] = (await session.db.executeQuery(asked)).rows;
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
