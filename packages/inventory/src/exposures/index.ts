export { describeExposures } from "./describe-exposures.ts";
export type { FoundExposure } from "./found-exposure.ts";
export { readExposures } from "./read-exposures.ts";
export { signsOfExposures } from "./signs-of-exposures.ts";
