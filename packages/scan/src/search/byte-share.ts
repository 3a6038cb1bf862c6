// Of source text, in shares of a thousand: each character of a row has the row's share.
const rows: readonly (readonly [number, string])[] = [
  [150, " "],
  [75, "e"],
  [60, "t"],
  [46, "arinos"],
  [27, "lcd\n"],
  [19, "upmf"],
  [11, 'hgyb.,"()_-=:/'],
  [7, "vkxw';01"],
  [4, "23456789*{}"],
  [3, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"],
  [2, "jqz[]<>+!@#$%&?|\\`\t\r"],
];
const rarest = 0.1;

/** How much of source text each byte is, roughly. */
export const byteShares: Float64Array = new Float64Array(256).fill(rarest / 1000);
for (const [share, characters] of rows) {
  for (let index = 0; index < characters.length; index += 1)
    byteShares[characters.charCodeAt(index)] = share / 1000;
}
