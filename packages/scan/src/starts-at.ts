/** Whether `text` stands in `bytes` at `start`; a start outside the bytes is simply no. */
export function startsAt(bytes: Uint8Array, start: number, text: Uint8Array): boolean {
  if (start < 0 || start + text.length > bytes.length) return false;
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[start + index] !== text[index]) return false;
  }
  return true;
}
