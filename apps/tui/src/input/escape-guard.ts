const strayTail = /^(?:[[O][0-9;]*[A-Za-z~]?|\][0-9]+;.*)$/;
const guardMs = 100;

/** Recognises the tail of an arrow key whose escape byte a slow connection delivered alone, so that it is not typed. */
export function makeEscapeGuard(): (input: string, isEscape: boolean, atMs: number) => boolean {
  let escapedAtMs = Number.NEGATIVE_INFINITY;
  return (input, isEscape, atMs) => {
    if (isEscape) {
      escapedAtMs = atMs;
      return false;
    }
    const isStray = atMs - escapedAtMs < guardMs && strayTail.test(input);
    escapedAtMs = Number.NEGATIVE_INFINITY;
    return isStray;
  };
}
