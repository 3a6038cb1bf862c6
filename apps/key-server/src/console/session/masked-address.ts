import type { FastifyRequest } from "fastify";
import type { Judge } from "@keywarden/inventory";
import { addressWith } from "../console.ts";

/**
 * Gives the address to go to in place of one with a whole key in it, which would stay in the page, its forms and the
 * browser's history; null where there is none. What is left of the key finds it in the list.
 */
export function maskedAddress({ method, url }: FastifyRequest, { mask }: Judge): string | null {
  if (method !== "GET") return null;
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const path = decodePath(pathname);
  if (mask(path) !== path) return addressWith("/console/keys", { q: mask(path).split("/").at(-1) ?? "" });
  const given = [...searchParams];
  const masked = given.map(([name, value]): [string, string] => [name, mask(value)]);
  if (masked.every(([, value], index) => value === given[index]?.[1])) return null;
  return `${pathname}?${new URLSearchParams(masked).toString()}`;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
