import { describe, expect, it } from "vitest";
import { loadSqlite } from "../src/sqlite/load-sqlite.ts";

describe("loading SQLite", () => {
  it("leaves the process's warnings as they were", () => {
    const before = Object.getOwnPropertyDescriptor(process, "emitWarning");
    expect(loadSqlite().DatabaseSync).toBeTypeOf("function");
    expect(Object.getOwnPropertyDescriptor(process, "emitWarning")).toEqual(before);
  });
});
