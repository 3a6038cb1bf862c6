import { ManagementError } from "./management-error.ts";

/**
 * Puts a key's id into `{id}`.
 *
 * @throws {@link ManagementError} MANAGEMENT_BAD_REQUEST for an id that would leave its segment of the path
 */
export function fillPath(template: string, id: string): string {
  // URL parsing treats "." and ".." as steps even when they are percent-encoded, so they cannot be escaped.
  if (id === "" || id === "." || id === ".." || id.length > 200) {
    throw new ManagementError(
      "MANAGEMENT_BAD_REQUEST",
      "a key's id must have 1 to 200 characters and not be dots",
    );
  }
  return template.replace("{id}", encodeURIComponent(id));
}
