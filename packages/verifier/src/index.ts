export { makeAddressList, type AddressList } from "./address-list.ts";
export { clientAddress } from "./client-address.ts";
export { coversRanges } from "./covers-ranges.ts";
export {
  createVerifier,
  type LocalVerifier,
  type SharedRateLimiter,
  type Verifier,
  type VerifierOptions,
} from "./create-verifier.ts";
export { digestOf } from "./digest-of.ts";
export { matchesEndpoint, normalisePath } from "./endpoint.ts";
export { publicAnswer, type PublicAnswer } from "./public-answer.ts";
export { rateLimitHeaders } from "./rate-limit-headers.ts";
export { makeRateLimiter, type RateDecision, type RateLimiter } from "./rate-limiter.ts";
export { guardRequests, type RequestGuardOptions } from "./request-guard.ts";
export { makeElapsedClock } from "./elapsed-clock.ts";
export {
  makeRememberingVerifier,
  type RememberingVerifier,
  type RememberingVerifierOptions,
} from "./remembering/remembering-verifier.ts";
export { makeRemoteVerifier } from "./remote-verifier.ts";
export type { Allowed, Denied, FoundSecret, Verdict, VerifiableKey, VerifyRequest } from "./verdict.ts";
