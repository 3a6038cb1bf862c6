import { Ajv } from "ajv";
import addFormats from "ajv-formats";

/** Checks a value against a JSON schema of draft 7 and gives a line for each thing that is wrong with it. */
export function schemaProblems(schema: object, value: unknown): readonly string[] {
  // Published schemas hold patterns that only the old regular expressions take.
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false, unicodeRegExp: false });
  addFormats.default(ajv);
  const validate = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath}: ${message ?? ""} ${JSON.stringify(params)}`,
  );
}

const compiled = new WeakMap<object, ReturnType<Ajv["compile"]>>();
