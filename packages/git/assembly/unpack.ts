export { inflate } from "./inflate";
export { applyDelta, changeNumbers, copyNumbers, gather } from "./delta";
