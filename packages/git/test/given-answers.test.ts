import { listStaged, openRepository, readGivenAnswers, runGit } from "@keywarden/git";
import { makeRepository } from "@keywarden/testing";
import { describe, expect, it } from "vitest";

const mark = "\n\0\0";
const give = (text: string) => readGivenAnswers("/top", "17", () => Buffer.from(text, "latin1"));
const take = (text: string, ...args: readonly string[]) => give(text).take(args)?.toString("latin1");

describe("readGivenAnswers", () => {
  it("gives each answer as git wrote it, whatever it ends with", () => {
    const answers = ["", "\n", "\0", "a\n\0", "a\n\0b\0", "two\nlines\n", "17\n", "0 c\n"];
    const text = `17\n${answers.map((answer, at) => `${answer}${mark}0 ask ${at} --\n`).join("")}`;
    const given = give(text);
    const taken = answers.map((_, at) => given.take(["ask", String(at), "--"])?.toString("latin1"));
    expect(taken).toEqual(answers);
  });

  it("gives an answer once", () => {
    const given = give(`17\nyes${mark}0 ask\n`);
    expect(given.take(["ask"])?.toString()).toBe("yes");
    expect(given.take(["ask"])).toBeUndefined();
  });

  it("gives nothing that is cut off, however much of it there is", () => {
    const whole = `17\nyes${mark}0 ask\n`;
    for (let length = 0; length < whole.length; length++) {
      expect([length, take(whole.slice(0, length), "ask")]).toEqual([length, undefined]);
    }
    expect(take(whole, "ask")).toBe("yes");
  });

  it.each([
    ["of a git that failed", `17\n${mark}128 ask\n`],
    ["of a git that was ended", `17\npart${mark}137 ask\n`],
    ["to another question", `17\nyes${mark}0 ask --else\n`],
    ["to a part of the question", `17\nyes${mark}0 as\n`],
    ["of another hook", `18\nyes${mark}0 ask\n`],
    ["of no hook", `yes${mark}0 ask\n`],
    ["without a status", `17\nyes${mark}ask\n`],
    ["with a status that begins well", `17\nyes${mark}01 ask\n`],
  ])("gives no answer %s", (_, text) => {
    expect(take(text, "ask")).toBeUndefined();
  });

  it("gives none where nothing can be read", () => {
    const given = readGivenAnswers("/top", "17", () => {
      throw new Error("closed");
    });
    expect(given.take(["ask"])).toBeUndefined();
  });
});

describe("git with answers", () => {
  it("is asked again what was answered elsewhere, or not at all", async () => {
    using repo = await makeRepository();
    await repo.commit("first");
    repo.write("a", "b\n");
    await repo.git("add", "a");
    const text = Buffer.from(`17\nwrong${mark}0 rev-parse --show-prefix\n`);
    const answers = (directory: string) => readGivenAnswers(directory, "17", () => text);
    const ask = (directory: string) =>
      runGit(
        { directory: repo.path, env: repo.env, answers: answers(directory) },
        ["rev-parse", "--show-prefix"],
        "ask",
      );
    expect((await ask(repo.outside)).toString()).toBe("\n");
    expect((await ask(repo.path)).toString()).toBe("wrong");

    const repository = await openRepository(repo.path, repo.env, answers(repo.path));
    expect(repository.directory).toBe(repo.path);
    expect((await listStaged(repository)).map(({ path }) => path.toString())).toEqual(["a"]);
  });
});
