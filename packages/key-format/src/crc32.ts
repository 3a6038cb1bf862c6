const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xed_b8_83_20 : value >>> 1;
  return value;
});

/** Gives the CRC-32 (IEEE 802.3, reflected, as in zlib) of ASCII text. */
export function crc32(text: string): number {
  let value = 0xff_ff_ff_ff;
  for (let index = 0; index < text.length; index += 1) {
    value = (table[(value ^ text.charCodeAt(index)) & 0xff] ?? 0) ^ (value >>> 8);
  }
  return (value ^ 0xff_ff_ff_ff) >>> 0;
}
