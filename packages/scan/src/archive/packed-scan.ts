import type { ChunkScan } from "../match/chunk-scan.ts";
import type { Match } from "../match/match.ts";
import { archiveFormOf } from "./archive-form.ts";
import { makeContentScan } from "./content-scan.ts";
import type { Inflate } from "./inflate.ts";
import type { PlainScan } from "./plain-scan.ts";
import { makeUnpacking, outermost, type Member, type SkippedMember } from "./unpack.ts";
import { unreadForm } from "./unread-form.ts";
import { withoutOuter } from "./without-outer.ts";

/** A scan that opens what it finds packed. */
export interface PackedScan {
  readonly whole: (bytes: Buffer, onSkipped?: (part: SkippedMember) => void) => readonly Match[];
  readonly chunks: (onSkipped?: (part: SkippedMember) => void) => ChunkScan;
}

/**
 * Makes a scan that finds what the plain one finds, and the keys in files that are packed in the bytes.
 *
 * @param showPath makes of a path in an archive what may be shown
 */
export function makePackedScan(
  plain: PlainScan,
  inflate: Inflate,
  showPath: (path: string) => string,
): PackedScan {
  const begin = (inside: Match[], onSkipped: (part: SkippedMember) => void) => {
    const take = (matches: readonly Match[], { path, start, end }: Omit<Member, "bytes">): void => {
      const member = showPath(path);
      for (const match of matches) {
        inside.push({ ...match, start, end, member, reason: `in the packed ${member}: ${match.reason}` });
      }
    };
    const onMember = (member: Member): void => take(plain.whole(member.bytes), member);
    const tell = ({ path, reason }: SkippedMember): void => onSkipped({ path: showPath(path), reason });
    return { unpacking: makeUnpacking(inflate, { onMember, onSkipped: tell }), take, tell };
  };
  const ignore = (): void => {};
  return {
    whole: (bytes, onSkipped = ignore) => {
      const matches = plain.whole(bytes);
      // Most files hold no others, and need nothing but this answer.
      if (archiveFormOf(bytes) === null && unreadForm(bytes) === null) return matches;
      const inside: Match[] = [];
      begin(inside, onSkipped).unpacking.open(bytes, outermost);
      return inside.length === 0 ? matches : withoutOuter(matches, inside);
    },
    chunks: (onSkipped = ignore) => {
      const outside: Match[] = [];
      const inside: Match[] = [];
      const chunks = plain.chunks();
      const content = makeContentScan({ plain, ...begin(inside, onSkipped) }, outermost);
      return {
        push: (chunk) => {
          const found = chunks.push(chunk);
          content.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
          if (!content.mayHold()) return [...outside.splice(0), ...found];
          // What is packed without compression may turn out to be in a file inside.
          outside.push(...found);
          return [];
        },
        finish: () => {
          outside.push(...chunks.finish());
          content.finish();
          return inside.length === 0 ? outside : withoutOuter(outside, inside);
        },
      };
    },
  };
}
