/** Says what is wrong with a query, where, and what was probably meant. */
export class QueryError extends Error {
  override readonly name = "QueryError";
  readonly code = "QUERY_MISTAKE";
}
