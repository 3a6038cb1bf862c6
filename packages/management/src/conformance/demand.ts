/** The promise is not kept. */
export class Unkept extends Error {
  override readonly name = "Unkept";
}

/** The promise was not checked, for a reason other than a fault of the API. */
export class Unchecked extends Error {
  override readonly name = "Unchecked";
}

/** @throws {@link Unkept} with the sentence when the condition does not hold */
export function demand(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Unkept(sentence);
}
