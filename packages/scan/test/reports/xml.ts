import { readFileSync } from "node:fs";
import { validateXML } from "xmllint-wasm";

const schema = readFileSync(new URL("../schemas/junit-10.xsd", import.meta.url), "utf8");

export interface TestCase {
  readonly classname: string;
  readonly name: string;
  readonly outcome: string;
  readonly message: string;
  readonly text: string;
}

export interface ReadXml {
  readonly problems: readonly string[];
  readonly cases: readonly TestCase[];
}

/** Reads JUnit XML with libxml2: what its schema says against it, and its test cases. */
export async function readJunit(xml: string): Promise<ReadXml> {
  const { valid, errors, normalized } = await validateXML({
    xml: [{ fileName: "report.xml", contents: xml }],
    schema: [schema],
    normalization: "c14n",
  });
  return { problems: valid ? [] : errors.map(({ message }) => message), cases: casesIn(normalized) };
}

// In canonical XML attributes are sorted and quoted in one way, and every reference is resolved or one of seven.
function casesIn(canonical: string): readonly TestCase[] {
  const cases = canonical.matchAll(
    /<testcase classname="(?<classname>[^"]*)" name="(?<name>[^"]*)">(?<inner>.*?)<\/testcase>/gs,
  );
  return [...cases].map(({ groups = {} }) => {
    const inner =
      /^\s*(?:<(?<outcome>[a-z-]+)(?: message="(?<message>[^"]*)")?(?: type="[^"]*")?>(?<text>[^<]*)<\/\k<outcome>>)?\s*$/s.exec(
        groups["inner"] ?? "",
      );
    if (inner === null) throw new Error("a test case holds something else");
    const part = (name: string): string => plain(inner.groups?.[name] ?? "");
    return {
      classname: plain(groups["classname"] ?? ""),
      name: plain(groups["name"] ?? ""),
      outcome: part("outcome"),
      message: part("message"),
      text: part("text"),
    };
  });
}

const references: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#x9;": "\t",
  "&#xA;": "\n",
  "&#xD;": "\r",
};

const plain = (text: string): string =>
  text.replaceAll(/&[^;]+;/g, (reference) => references[reference] ?? reference);
