import fc from "fast-check";

/** Text as only an enemy of terminals writes it: control sequences, direction marks, joiners, lone surrogates, wide signs. */
export const hostileText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      "\u001B",
      "[",
      "]",
      "31m",
      "\u009B",
      "\n",
      "\t",
      "\r",
      "\u202E",
      "\u2066",
      "\u200B",
      "\u200D",
      "\uFEFF",
      "\uD800",
    ),
    fc.constantFrom("支", "🔑", "👩", "ש", "é", "e", "\u0301", "\uFE0F"),
    fc.string({ unit: "binary", maxLength: 3 }),
  ),
});
