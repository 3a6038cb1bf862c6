import { cutOff, stored, unreadable, type Packed } from "./packed.ts";

const leadBytes = 96;
const introBytes = 16;

/** Whether these bytes start like an RPM package. */
export function isRpm(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes.readUInt32BE(0) === 0xedabeedb;
}

/** Gives what an RPM package holds behind its two headers: one packed cpio archive. */
export function readRpm(bytes: Buffer): readonly Packed[] {
  const signatureEnd = headerEnd(bytes, leadBytes);
  const start = signatureEnd === -1 ? -1 : headerEnd(bytes, Math.ceil(signatureEnd / 8) * 8);
  return start === -1 ? [unreadable("payload", cutOff)] : [stored("payload", start, bytes.length)];
}

function headerEnd(bytes: Buffer, at: number): number {
  if (at + introBytes > bytes.length || bytes.readUInt32BE(at) !== 0x8eade801) return -1;
  const end = at + introBytes + bytes.readUInt32BE(at + 8) * 16 + bytes.readUInt32BE(at + 12);
  return end <= bytes.length ? end : -1;
}
