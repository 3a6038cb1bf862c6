export { askIfMeant, didYouMean, meantOrKnown, suggest, unknownProvider } from "./did-you-mean.ts";
export { describeSystemError, describeWriteError } from "./describe-system-error.ts";
