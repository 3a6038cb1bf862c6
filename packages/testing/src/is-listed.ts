import type { TestManagedKey } from "./managed-key.ts";

/** What GET /v1/keys can be asked for. */
export interface TestKeyQuery {
  readonly provider?: string | undefined;
  readonly state?: string | undefined;
  readonly kind?: string | undefined;
  readonly environment?: string | undefined;
  readonly owner?: string | undefined;
  readonly tag?: string | readonly string[] | undefined;
  readonly secretCreatedBefore?: string | undefined;
  readonly secretCreatedFrom?: string | undefined;
  readonly usedBefore?: string | undefined;
  readonly usedFrom?: string | undefined;
  readonly unusedSince?: string | undefined;
}

/** Says what the server lists for a query, in the fewest words; the server's own tests hold it to the same. */
export function isListed(
  key: Pick<
    TestManagedKey,
    | "provider"
    | "state"
    | "kind"
    | "environment"
    | "owner"
    | "tags"
    | "createdAt"
    | "secretCreatedAt"
    | "lastUsedAt"
  >,
  query: TestKeyQuery,
): boolean {
  const { provider, state, kind, environment, owner, tag = [] } = query;
  const [made, used] = [key.secretCreatedAt, key.lastUsedAt];
  return (
    (provider ?? key.provider) === key.provider &&
    (state ?? key.state) === key.state &&
    (kind ?? key.kind) === key.kind &&
    (environment ?? key.environment) === key.environment &&
    (owner === undefined || owner === key.owner) &&
    [tag].flat().every((wanted) => key.tags.includes(wanted)) &&
    (query.secretCreatedBefore === undefined || made < query.secretCreatedBefore) &&
    (query.secretCreatedFrom === undefined || made >= query.secretCreatedFrom) &&
    (query.usedBefore === undefined || (used !== null && used < query.usedBefore)) &&
    (query.usedFrom === undefined || (used !== null && used >= query.usedFrom)) &&
    (query.unusedSince === undefined || (used ?? key.createdAt) < query.unusedSince)
  );
}
