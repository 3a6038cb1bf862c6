// Of source text, in shares of a thousand: each character of a row has the row's share; the space, which
// parts the others, comes last.
const rows: readonly (readonly [number, string])[] = [
  [75, "e"],
  [60, "t"],
  [46, "a i n o r s"],
  [27, "c d l \n"],
  [19, "f m p u"],
  [11, 'b g h y .,"()_-=:/'],
  [7, "k v w x ';01"],
  [4, "23456789*{}"],
  [3, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"],
  [2, "j q z []<>+!@#$%&?|\\`\t\r"],
  [150, " "],
];
const rarest = 0.1;

/** How much of source text each byte is, roughly. */
export const byteShares: Float64Array = new Float64Array(256).fill(rarest / 1000);
for (const [share, characters] of rows) {
  for (let index = 0; index < characters.length; index += 1)
    byteShares[characters.charCodeAt(index)] = share / 1000;
}

/** The bytes that are not rare in source text. */
export const commonBytes: readonly number[] = Array.from(byteShares.keys()).filter(
  (byte) => (byteShares[byte] ?? 0) > rarest / 1000,
);
