import { isAlias, isMap, isNode, isScalar, isSeq, type Alias, type Node, type YAMLMap } from 'yaml';
import { maxValues } from './document.js';
import { yamlFault, type YamlFault, type YamlFaultCode } from './faults.js';

/** Anchors may be used, but not to make a small text enormous. */
const maxAliases = 100;
/** Characters of all values, those that aliases repeat included. */
const maxCharacters = 4_000_000;

export type Built = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly fault: YamlFault };

interface Anchored {
  readonly value: unknown;
  readonly values: number;
  readonly characters: number;
}

/** The value that a syntax tree stands for, in one pass over it. An alias shares the value of its anchor and counts as much as it. */
export function build(root: Node | null): Built {
  const reader = new Reader();
  try {
    return { ok: true, value: reader.read(root) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, fault: error.fault };
    throw error;
  }
}

class Refusal extends Error {
  constructor(readonly fault: YamlFault) {
    super(fault.message);
  }
}

class Reader {
  readonly #anchors = new Map<string, Anchored | 'open'>();
  #values = 0;
  #characters = 0;
  #aliases = 0;

  read(node: unknown): unknown {
    if (!isNode(node)) return null;
    if (isAlias(node)) return this.#alias(node);
    if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:')) refuse('tag', node, { tag: node.tag });
    const anchor = 'anchor' in node && typeof node.anchor === 'string' ? node.anchor : undefined;
    if (anchor === undefined) return this.#plain(node);
    const before = { values: this.#values, characters: this.#characters };
    this.#anchors.set(anchor, 'open');
    const value = this.#plain(node);
    this.#anchors.set(anchor, { value, values: this.#values - before.values, characters: this.#characters - before.characters });
    return value;
  }

  #plain(node: Node): unknown {
    this.#count(node, { values: 1, characters: 0 });
    if (isMap(node)) return this.#mapping(node);
    if (isSeq(node)) return node.items.map((item) => this.read(item));
    const value = isScalar(node) ? node.value : null;
    if (typeof value === 'string') this.#count(node, { values: 0, characters: value.length });
    return value;
  }

  #mapping({ items }: YAMLMap): Readonly<Record<string, unknown>> {
    const entries = new Map<string, unknown>();
    for (const { key, value } of items) {
      const name = isScalar(key) ? String(key.value) : '';
      const at = isNode(key) ? key : undefined;
      if (name === '<<' && isScalar(key) && key.type === 'PLAIN') refuse('mergeKey', at);
      if (entries.has(name)) refuse('keyTwice', at, { key: name.slice(0, 80) });
      this.#count(at, { values: 0, characters: name.length });
      entries.set(name, this.read(value));
    }
    return Object.fromEntries(entries);
  }

  #alias(node: Alias): unknown {
    this.#aliases += 1;
    if (this.#aliases > maxAliases) refuse('tooManyAliases', node, { most: maxAliases });
    const found = this.#anchors.get(node.source);
    if (found === undefined) return refuse('aliasUnknown', node, { name: node.source });
    if (found === 'open') return refuse('aliasOfItself', node, { name: node.source });
    this.#count(node, found);
    return found.value;
  }

  #count(node: Node | undefined, { values, characters }: { readonly values: number; readonly characters: number }): void {
    this.#values += values;
    this.#characters += characters;
    if (this.#values <= maxValues && this.#characters <= maxCharacters) return;
    refuse(this.#aliases > 0 ? 'aliasesTooLarge' : 'tooMany', node, { most: maxValues });
  }
}

function refuse(code: YamlFaultCode, node: Node | undefined, facts?: Readonly<Record<string, string | number>>): never {
  const [from = 0, to = from + 1] = node?.range ?? [];
  throw new Refusal(yamlFault(code, { from, to: Math.max(to, from + 1) }, facts));
}
