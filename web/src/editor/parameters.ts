import type { Parameter } from './definition.js';

export const parameterTypes = ['string', 'secret', 'enum', 'autoIncrement'] as const satisfies readonly Parameter['type'][];

/** P4: what stands between ASCII commas; trimmed when the field is left, so that spaces can be typed. */
export const enumValues = (text: string): string[] => (text === '' ? [] : text.split(','));

/** The parameter as another type: name, description and runtime setting stay, a value where it fits. */
export function changeType(parameter: Parameter, type: string): Parameter {
  const { name, description, runtime } = parameter;
  const common = { name, ...(description === undefined ? {} : { description }), ...(runtime === undefined ? {} : { runtime }) };
  const value = 'value' in parameter ? (parameter.value ?? '') : '';
  switch (type) {
    case 'secret':
      return { ...common, type: 'secret' };
    case 'enum':
      return { ...common, type: 'enum', values: value === '' ? [] : [value], value };
    case 'autoIncrement':
      return { ...common, type: 'autoIncrement', value: /\d$/.test(value) ? value : '1.0.0' };
    default:
      return { ...common, type: 'string', value };
  }
}
