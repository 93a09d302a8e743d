import type { FieldFault } from './fault.js';

/** P4: the values of an enum are trimmed, distinct, hold no comma (a list is written with it), and the default is one of them. */
export function valuesFaults(
  parameter: { readonly values: readonly string[]; readonly value: string },
  place: string,
): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  parameter.values.forEach((value, index) => {
    const path = `${place}/values/${index}`;
    if (value.includes('，')) faults.push({ path, message: 'holds the wide comma “，”: separate values with the ASCII comma “,”' });
    else if (value.includes(',')) faults.push({ path, message: 'holds a comma: it separates values, give them one by one' });
    if (value.trim() === '') faults.push({ path, message: 'is empty' });
    else if (value !== value.trim()) faults.push({ path, message: 'begins or ends with a space' });
  });
  if (!parameter.values.includes(parameter.value))
    faults.push({ path: `${place}/value`, message: `“${parameter.value}” is not one of the values` });
  return faults;
}
