import type { TokenRecord, TokenStore } from "../token-store.ts";
import { appendAudit } from "./append-audit.ts";
import type { Session } from "./session.ts";

const wanted = "the hash that is asked for";
const mostKnown = 1000;

export function makeTokenStore(session: Session): TokenStore {
  // Every call of a server that verifies for others begins with this. A token never changes once it is stored, so where
  // no other process can write the database those that were found are remembered.
  const known = new Map<string, TokenRecord>();
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
      const remembered = known.get(sha256);
      if (remembered !== undefined) return remembered;
      const asked: typeof query = { ...query, parameters: [sha256] };
      const [row] = (await session.db.executeQuery(asked)).rows;
      if (row === undefined) return null;
      const { id, name, role, created_at_ms: createdAtMs } = row;
      const token = { id, name, role, sha256, createdAtMs };
      if (!session.sharing.locksRows && known.size < mostKnown) known.set(sha256, token);
      return token;
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
