/** Ends a process at one of its calls to the outside, before or after the call has an effect. */
export interface Fuse {
  /** Has the call with this number, counted from 0, be the last. */
  light(at: number, isDone: boolean): void;
  /** Whether it has blown; the calls that follow have no effect. */
  readonly isBlown: boolean;
  remove(): void;
  pass<T>(call: () => Promise<T>): Promise<T>;
}

class Killed extends Error {}

export function makeFuse(): Fuse {
  let left = Infinity;
  let isDone = false;
  let isBlown = false;
  return {
    light(at, done) {
      left = at;
      isDone = done;
      isBlown = false;
    },
    get isBlown() {
      return isBlown;
    },
    remove() {
      left = Infinity;
      isBlown = false;
    },
    async pass(call) {
      left -= 1;
      if (left >= 0) return call();
      if (!isBlown && isDone) await call();
      isBlown = true;
      throw new Killed();
    },
  };
}
