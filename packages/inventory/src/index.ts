export { judgeKey, type FindProfile, type JudgedKey } from "./judge-key.ts";
export { matchQuery } from "./query/match-query.ts";
export { narrowQuery } from "./query/narrow-query.ts";
export { QueryError } from "./query/query-error.ts";
export { readQuery, type Condition, type QueryValue } from "./query/read-query.ts";
