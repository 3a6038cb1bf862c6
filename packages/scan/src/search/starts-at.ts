/** Whether `text`, one character a byte, stands in `bytes` at `start`; a start outside the bytes is simply no. */
export function startsAt(bytes: Uint8Array, start: number, text: string): boolean {
  if (start < 0 || start + text.length > bytes.length) return false;
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[start + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}
