export { foreseeEdit } from "./foresee-edit.ts";
export { refusedLately, type CountedUse, type Foresight } from "./refused-lately.ts";
export {
  restrictionParts,
  readRestriction,
  restrictionWords,
  writeRestriction,
  type RestrictionName,
} from "./restriction-words.ts";
