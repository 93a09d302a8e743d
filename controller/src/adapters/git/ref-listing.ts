import type { Refs } from '@drover/protocol/api';

const maxRefs = 5_000;
type Ref = Refs['branches'][number];

/** What `git ls-remote --symref` prints, as branches and tags (annotated ones by the commit they stand for), each by name. */
export function parseListing(output: string): Refs {
  const branches = new Map<string, string>();
  const tags = new Map<string, string>();
  let defaultBranch: string | undefined;
  for (const line of output.split('\n')) {
    const [left = '', name = ''] = line.split('\t');
    if (name === 'HEAD' && left.startsWith('ref: refs/heads/')) defaultBranch = left.slice('ref: refs/heads/'.length);
    if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(left)) continue;
    if (name.startsWith('refs/heads/')) branches.set(name.slice('refs/heads/'.length), left);
    else if (name.startsWith('refs/tags/')) noteTag(tags, name.slice('refs/tags/'.length), left);
  }
  return {
    ...(defaultBranch !== undefined && { defaultBranch }),
    branches: sorted(branches),
    tags: sorted(tags),
    truncated: branches.size > maxRefs || tags.size > maxRefs,
  };
}

/** `name^{}` follows `name` and is the commit behind the tag. */
function noteTag(tags: Map<string, string>, name: string, hash: string): void {
  if (name.endsWith('^{}')) tags.set(name.slice(0, -'^{}'.length), hash);
  else tags.set(name, hash);
}

const sorted = (refs: ReadonlyMap<string, string>): Ref[] =>
  [...refs]
    .map(([name, commit]) => ({ name, commit }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, maxRefs);
