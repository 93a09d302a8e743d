import { Fragment, jsx as create, jsxs as createWithMany } from 'react/jsx-runtime';
import { hasDirections, showDirections } from './directions.js';

// The build takes this in place of `react/jsx-runtime`, for our components and those of libraries (`vite.config.ts`), so that
// no page can show text of others, such as a branch or a name, with a direction that is not marked.

type Create = typeof create;
type Props = Readonly<Record<string, unknown>>;

/** Attributes that people read or hear. */
const readNames = ['title', 'aria-label', 'placeholder', 'alt'] as const;

/** The properties with their texts marked. What stands in an input is not changed, because it would be sent so: the input itself is marked. */
export function markedProps(type: unknown, props: Props): Props {
  let marked: Record<string, unknown> | undefined;
  const set = (name: string, value: unknown): void => {
    marked ??= { ...props };
    marked[name] = value;
  };
  for (const name of readNames) {
    const value = props[name];
    if (typeof value === 'string' && hasDirections(value)) set(name, showDirections(value));
  }
  const children = markedChildren(props['children']);
  if (children !== props['children']) set('children', children);
  if (type === 'input' || type === 'textarea') {
    const value = props['value'] ?? props['defaultValue'];
    if (typeof value === 'string' && hasDirections(value)) {
      set('data-directions', '');
      set('title', showDirections(value));
    }
  }
  return marked ?? props;
}

function markedChildren(children: unknown): unknown {
  if (typeof children === 'string') return hasDirections(children) ? showDirections(children) : children;
  if (!Array.isArray(children)) return children;
  return children.some((child) => markedChildren(child) !== child) ? children.map(markedChildren) : children;
}

const marking =
  (make: Create): Create =>
  (type, props, key) =>
    make(type, markedProps(type, props as Props), key);

export { Fragment };
export const jsx = marking(create);
export const jsxs = marking(createWithMany);
