import type { CatalogueTable } from "./catalogue-entry.ts";
import rows from "./tables/small-services.json" with { type: "json" };

/**
 * Services whose keys are runs of characters, which only a variable of the service's name makes keys. Each row holds the
 * id, the name, the patterns, the words for the service, and the file of kingfisher's rules in which it is described, and the day
 * on which the service ended.
 */
export const smallServices: CatalogueTable = {
  providers: (rows as readonly (readonly string[])[]).map(
    ([id = "", name = "", patterns = "", services = "", file = "", ended]) => ({
      id,
      name,
      formats: [
        {
          id: "api-key",
          name: "API key",
          pattern: patterns.split(" or "),
          kind: "secret",
          evidence: "low",
          source: `https://github.com/mongodb/kingfisher/blob/main/data/rules/${file}.yml`,
          services: services.split(", "),
          ...(ended === undefined ? {} : { ended }),
          isRare: true,
        },
      ],
    }),
  ),
};
