import { roleMay } from "@keywarden/inventory";
import type { Console } from "../console.ts";
import { html } from "../markup/html.ts";
import { keyList } from "./key-list.ts";
import { providerTexts } from "./providers/provider-texts.ts";

/** The list of all keys; the address is the query, so that a view is a link. */
export function mountKeys(tools: Console): void {
  const { context, show, page, problem } = tools;
  show("/console/keys", async (to) => {
    const list = await keyList(tools, to, { path: "/console/keys" });
    if (!list.ok) return problem(to, list.refusal);
    const body = html`${list.value}
    ${
      roleMay(to.viewer.role, "create") &&
      html`<p class="dim">
        A key is made on its provider's page:
        ${providerTexts
          .filter(({ provider }) => context.providers.has(provider))
          .map(
            ({ path, provider }, index) =>
              html`${index > 0 && ", "}<a href="${path}/new"
                  >${context.providers.get(provider)?.profile.name ?? provider}</a
                >`,
          )}.
      </p>`
    }`;
    return page(to, { title: "Keys", path: to.request.url, body });
  });
}
