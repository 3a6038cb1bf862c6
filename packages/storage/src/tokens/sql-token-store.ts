import type { Selectable } from "kysely";
import type {
  ListedToken,
  RevokeToken,
  RevokeTokenResult,
  TokenLimits,
  TokenRecord,
  TokenStore,
} from "./token-store.ts";
import { appendAudit } from "../audit/append-audit.ts";
import type { KnownTokens } from "./known-tokens.ts";
import type { Session } from "../sql/session.ts";
import type { Tables } from "../sql/tables.ts";

const wanted = "the hash that is asked for";

/** Every call of a server that verifies for others begins with a token, so those that were found are remembered. */
export function makeTokenStore(session: Session, known: KnownTokens): TokenStore {
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
            revoked_at_ms: null,
            revoked_by: null,
            expires_at_ms: token.expiresAtMs ?? null,
            last_used_at_ms: null,
            limits: limitsText(transaction, token.limits ?? null),
          })
          .execute();
        await appendAudit(transaction, audit, { tokenId: token.id, role: token.role });
      }),
    async findBySha256(sha256) {
      const isCurrent = session.sharing.feed.isCurrent();
      const remembered = isCurrent ? known.recall(sha256) : undefined;
      if (remembered !== undefined) return remembered;
      const { forgotten } = known;
      const asked: typeof query = { ...query, parameters: [sha256] };
      const [row] = (await session.db.executeQuery(asked)).rows;
      if (row === undefined) return null;
      const token = tokenFromRow(row);
      if (isCurrent) known.remember(token, forgotten);
      return token;
    },
    recallBySha256: (sha256) => (session.sharing.feed.isCurrent() ? (known.recall(sha256) ?? null) : null),
    async list() {
      const rows = await session.db
        .selectFrom("tokens")
        .selectAll()
        .orderBy("created_at_ms")
        .orderBy("id")
        .execute();
      return rows.map((row): ListedToken => ({ ...tokenFromRow(row), lastUsedAtMs: row.last_used_at_ms }));
    },
    revoke: (revocation) => session.mutate((transaction) => revokeToken(transaction, known, revocation)),
    touch: (touches) =>
      session.mutate(async ({ db }) => {
        for (const { id, atMs } of touches)
          await db
            .updateTable("tokens")
            .set({ last_used_at_ms: atMs })
            .where("id", "=", id)
            .where((token) =>
              token.or([token("last_used_at_ms", "is", null), token("last_used_at_ms", "<", atMs)]),
            )
            .execute();
      }, "soon"),
    async count() {
      const row = await session.db
        .selectFrom("tokens")
        .select((tokens) => tokens.fn.countAll().as("count"))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
  };
}

async function revokeToken(
  transaction: Session,
  known: KnownTokens,
  { id, audit }: RevokeToken,
): Promise<RevokeTokenResult> {
  const { db, guard } = transaction;
  const row = await db.selectFrom("tokens").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) return { ok: false, reason: "not-found" };
  if (row.revoked_at_ms !== null) return { ok: true, outcome: "already-revoked", token: tokenFromRow(row) };
  const end = {
    revoked_at_ms: transaction.now(),
    revoked_by: guard.checkText(audit.actor, "the revoking actor"),
  };
  await db.updateTable("tokens").set(end).where("id", "=", id).execute();
  await appendAudit(transaction, audit, { tokenId: id, role: row.role });
  transaction.afterCommit(() => known.forget(row.sha256));
  return { ok: true, outcome: "revoked", token: tokenFromRow({ ...row, ...end }) };
}

function tokenFromRow(row: Selectable<Tables["tokens"]>): TokenRecord {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    sha256: row.sha256,
    createdAtMs: row.created_at_ms,
    revokedAtMs: row.revoked_at_ms,
    revokedBy: row.revoked_by,
    expiresAtMs: row.expires_at_ms,
    limits: row.limits === null ? null : (JSON.parse(row.limits) as TokenLimits),
  };
}

function limitsText({ guard }: Session, limits: TokenLimits | null): string | null {
  return limits === null ? null : guard.checkText(JSON.stringify(limits), "the token's limits");
}
