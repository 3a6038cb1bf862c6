/** Runs pieces of work one after the other, in the order in which they were asked for. */
export function makeTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work, work);
    // Whoever asked hears of a failure; the next one does not.
    last = turn.catch(() => undefined);
    return turn;
  };
}
