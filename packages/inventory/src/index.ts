export { columns, type Column, type ColumnId } from "./columns.ts";
export { browserKeys, commandTable, keysOf, type TableCommand } from "./command-table.ts";
export { countRows, type Totals } from "./count-rows.ts";
export { isDisabledRow, isLiveRow } from "./describe-status.ts";
export { describeExposures } from "./exposures/describe-exposures.ts";
export { makeFoundExposure, type FoundExposure } from "./exposures/found-exposure.ts";
export { signsOfExposures } from "./exposures/signs-of-exposures.ts";
export { identityFacts, timeFacts, type Fact } from "./facts.ts";
export { makeJudge, type Judge } from "./judge.ts";
export { makeKeyRow, type KeyRow } from "./key-row.ts";
export { PackedKey } from "./packed-key.ts";
export {
  makeRater,
  rankNext,
  type NextAlert,
  type NextExposure,
  type NextItem,
  type NextRotation,
  type NextSigns,
  type RatedItem,
} from "./rank-next.ts";
export { roleMay, roleMayChange, rolesThatMay, type Act } from "./role-may.ts";
export type { Condition, QueryValue } from "./query/condition.ts";
export { describeUnknown } from "./query/describe-unknown.ts";
export { matchQuery, matchWords } from "./query/match-query.ts";
export { narrowQuery } from "./query/narrow-query.ts";
export { printQuery } from "./query/print-query.ts";
export { QueryError } from "./query/query-error.ts";
export { readQuery } from "./query/read-query.ts";
export { describeCalls } from "./sentences/describe-calls.ts";
export { describeEntry } from "./sentences/describe-entry.ts";
export { describeGrace, formatSeconds } from "./sentences/describe-grace.ts";
export { describeOwner, describeUse } from "./sentences/describe-use.ts";
export { planSteps } from "./sentences/plan-steps.ts";
export { predecessorOf, replacedKeys } from "./replaced-keys.ts";
export { describeClock, makeSessionClock, type ClockMove, type SessionClock } from "./session-clock.ts";
export { signsOfRotations } from "./signs-of-rotations.ts";
export { rankOf, sortRows, type Sort } from "./sort-rows.ts";
export { cleanText } from "./text/clean-text.ts";
export { fitText, padText, splitGraphemes, textWidth, truncateText } from "./text/fit-text.ts";
export {
  departureOf,
  makeDepartures,
  readDeparted,
  splitDeparted,
  type Departed,
  type Departures,
} from "./departures.ts";
export { parseInstant } from "./parse-instant.ts";
export {
  formatAge,
  formatAgo,
  formatCountdown,
  formatDataAge,
  formatMoment,
} from "./text/format-duration.ts";
export { safeText } from "./text/safe-text.ts";
export { describeTokenLimits, toldTokenState } from "./told-token-state.ts";
export type { Tone } from "./tone.ts";
