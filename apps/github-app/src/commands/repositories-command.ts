import { appConnectionFlags } from "../options.ts";
import { renderTable } from "../operate/render-exposures.ts";
import { askAndPrint } from "./ask-and-print.ts";
import { defineCommand } from "./define-command.ts";

export const repositoriesCommand = defineCommand({
  name: "repositories",
  summary: "list the known repositories, and whether the App can reach them",
  usage: ["repositories [flags]"],
  flags: {
    ...appConnectionFlags,
    state: {
      kind: "choice",
      value: "state",
      choices: ["active", "suspended", "uninstalled", "unreachable"],
      summary: "only repositories in this state",
    },
  },
  exits: "0 listed, 2 could not tell.",
  handler: async ({ flags }, process) => {
    await askAndPrint(
      flags,
      process,
      (app) => app.call("listRepositories", { state: flags.state }),
      ({ data }) =>
        renderTable([
          ["REPOSITORY", "VISIBILITY", "STATE", "SWEPT", "BACKFILLED"],
          ...data.map((one) => [
            one.name ?? `${one.host} repository ${one.id}`,
            one.visibility,
            one.state,
            one.sweptAt ?? "never",
            one.backfilledAt ?? "never",
          ]),
        ]),
    );
    return 0;
  },
});
