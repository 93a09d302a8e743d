import { isDoc } from './values.js';

/** How many levels of documents and arrays may be stored, as in MongoDB: what walks them may do so by recursion. */
export const mostLevels = 200;

/** Whether a decoded value has more levels than that; looks no deeper. */
export function isTooDeep(value: unknown, levels = mostLevels): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return levels === 0 || value.some((item) => isTooDeep(item, levels - 1));
  if (!isDoc(value)) return false;
  if (levels === 0) return true;
  for (const name in value) if (isTooDeep(value[name], levels - 1)) return true;
  return false;
}
