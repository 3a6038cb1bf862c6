/**
 * Whether what stands there is only a part of a SHA-1 or SHA-256 in hex: fingerprints and object ids are what a key may be
 * shown as, and one in some hundreds holds the few letters with which somebody's keys begin.
 */
export function isWithinDigest(text: string, start: number, end: number): boolean {
  let [first, last] = [start, end];
  while (isHex(text[first - 1])) first -= 1;
  while (isHex(text[last])) last += 1;
  const size = last - first;
  if ((size !== 40 && size !== 64) || size === end - start) return false;
  return (
    !isAlphanumeric(text[first - 1]) && !isAlphanumeric(text[last]) && isDigest.test(text.slice(first, last))
  );
}

const isDigest = /^[0-9a-f]+$/;
const isHex = (character: string | undefined): boolean =>
  character !== undefined && /[0-9a-f]/.test(character);
const isAlphanumeric = (character: string | undefined): boolean =>
  character !== undefined && /[0-9A-Za-z]/.test(character);
