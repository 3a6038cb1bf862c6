import { providersOf, type PackedTexts } from "@keywarden/key-format";
import { packAnchors } from "./quick-look.ts";

let made: PackedTexts | undefined;

/** Gives the packed anchors of the built-in providers; a bundle holds what this makes. */
export function builtInAnchors(): PackedTexts {
  return (made ??= packAnchors(providersOf([]).providers));
}
