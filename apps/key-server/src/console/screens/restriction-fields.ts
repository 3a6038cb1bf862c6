import type { Dialect, Restrictions } from "@keywarden/management";
import { textField } from "../markup/fields.ts";
import { html, type Html } from "../markup/html.ts";
import type { Form } from "../markup/read-form.ts";

type Name = Dialect["restrictions"][number];

const fields: Readonly<
  Record<Name, { readonly label: string; readonly placeholder: string; readonly hint?: string }>
> = {
  ipRanges: { label: "IP ranges", placeholder: "10.0.0.0/8, 203.0.113.7" },
  referrers: { label: "Referrer URLs", placeholder: "https://app.example.com" },
  endpoints: {
    label: "API endpoints",
    placeholder: "GET /v1/users/*",
    hint: "A method and a path; * stands for one segment.",
  },
  rateLimits: { label: "Rate limit", placeholder: "600/60", hint: "Requests / seconds." },
  product: { label: "Product scope", placeholder: "metering" },
  tenant: { label: "Tenant", placeholder: "tenant_prod_xyz789" },
  projectTags: { label: "Project tags", placeholder: "roof, pilot" },
};

/** The fields of what a key of this provider can be bound to, filled with what it is bound to now. */
export function restrictionFields(
  names: Dialect["restrictions"],
  now: Restrictions = {},
  words: Readonly<Partial<Record<Name, string>>> = {},
): Html {
  return html`${names.map((name) => {
    const { label, ...rest } = fields[name];
    return textField(name, words[name] ?? label, { ...rest, value: write(now, name) });
  })}`;
}

/** Reads what the fields say: what is empty is null, and nothing is said of fields that the form does not have. */
export function readRestrictionForm(
  names: Dialect["restrictions"],
  form: Form,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    names.filter((name) => form.has(name)).map((name) => [name, read(name, form)] as const),
  );
}

function read(name: Name, form: Form): unknown {
  if (name === "product" || name === "tenant") return form.text(name) === "" ? null : form.text(name);
  const parts = form.list(name);
  if (parts.length === 0) return null;
  if (name !== "rateLimits") return parts;
  return parts.map((part) => {
    const [requests = "", seconds = ""] = part.split("/");
    return { requests: Number(requests), windowSeconds: Number(seconds) };
  });
}

function write(now: Restrictions, name: Name): string {
  if (name === "rateLimits")
    return (now.rateLimits ?? [])
      .map(({ requests, windowSeconds }) => `${requests}/${windowSeconds}`)
      .join(", ");
  const value = now[name];
  return value === undefined ? "" : typeof value === "string" ? value : value.join(", ");
}
