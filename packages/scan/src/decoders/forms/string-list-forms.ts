import type { AnchorForm } from "./anchor-form.ts";

/** Derives the strings that a prefix may be in: its words, or it as a whole, at the start of a list. */
export function stringListForms(prefix: string): readonly AnchorForm[] {
  const [first = "", second = ""] = prefix.split("_");
  const pairs =
    second === ""
      ? [[prefix, ""]]
      : [
          [first, second],
          [prefix, ""],
        ];
  return pairs.flatMap(([one, other]) =>
    ['"', "'"].flatMap((quote) =>
      ["", " "].map((space): AnchorForm => [`${quote}${one}${quote},${space}${quote}${other}`, 0]),
    ),
  );
}
