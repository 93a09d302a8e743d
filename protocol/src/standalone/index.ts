import { Ajv2020 } from 'ajv/dist/2020.js';
import { default as standaloneCode } from 'ajv/dist/standalone/index.js';
import { checkedReplies, checkedSchemas } from '../agent/checked.js';
import { compilerOptions } from '../shared/schema.js';

/**
 * The text of a module that stands in for `agent/check.js`, with the same exports: its checks are plain code, made of
 * the same schemas with the same options. It imports `../shared/faults.js` and small parts of Ajv's runtime.
 */
export function standaloneChecks(): string {
  const ajv = new Ajv2020({ ...compilerOptions, code: { source: true, esm: true } });
  const exported: Record<string, string> = {};
  const add = (prefix: string, schemas: Readonly<Record<string, object>>): string => {
    const entries = Object.entries(schemas).map(([name, schema]) => {
      ajv.addSchema(schema, `${prefix}/${name}`);
      exported[`${prefix}_${name}`] = `${prefix}/${name}`;
      return `${name}: ${prefix}_${name}`;
    });
    return `{ ${entries.join(', ')} }`;
  };
  const tables = `const schemas = ${add('schema', checkedSchemas)};\nconst replies = ${add('reply', checkedReplies)};\n`;
  return `${standaloneCode.default(ajv, exported)}\n${tables}${doors}`;
}

const doors = `
import { faultOf } from '../shared/faults.js';
const parse = (validate, input) =>
  validate(input) ? { ok: true, value: input } : { ok: false, faults: (validate.errors ?? []).map(faultOf) };
export const check = (name, input) => parse(schemas[name], input);
export const checkReply = (type, input) => parse(replies[type], input);
`;
