/** Numbers for the ids of keys, so that whoever counts by key needs columns of numbers only. */
export interface KeyNumbers {
  /** 1 for the first id, and one more for each that is new. */
  numberOf(keyId: string): number;
  idOf(number: number): string | undefined;
  /** The highest number that was given; 0 at the beginning. */
  readonly highest: number;
}

/**
 * The numbers that all who count share, since a table of a hundred thousand ids takes some 5 MB. Who takes new ones at a
 * time of their own has a table of their own until the others do.
 */
export interface SharedKeyNumbers {
  current(): KeyNumbers;
  /** Begins new numbers; those before go with the last who has them. */
  renew(): void;
}

export function makeSharedKeyNumbers(): SharedKeyNumbers {
  let current = makeKeyNumbers();
  return { current: () => current, renew: () => void (current = makeKeyNumbers()) };
}

function makeKeyNumbers(): KeyNumbers {
  const numbers = new Map<string, number>();
  const ids: string[] = [];
  return {
    numberOf: (keyId) => {
      let number = numbers.get(keyId);
      if (number === undefined) numbers.set(keyId, (number = ids.push(keyId)));
      return number;
    },
    idOf: (number) => ids[number - 1],
    get highest() {
      return ids.length;
    },
  };
}
