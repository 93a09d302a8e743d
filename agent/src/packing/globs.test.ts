import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import picomatch from 'picomatch';
import { growthOf } from '@drover/protocol/testing';
import { removeTree } from '../workspaces/remove-tree.js';
import { expandGlobs, pathOf, type Matches } from './globs.js';

let root = '';
let workspace = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'drover-globs-'));
  workspace = join(root, 'workspace');
  await mkdir(join(workspace, 'dist/sub'), { recursive: true });
  for (const path of ['app.jar', 'readme.md', 'dist/a.js', 'dist/b.js', 'dist/sub/c.js', '.hidden'])
    await writeFile(join(workspace, path), path);
  await writeFile(join(root, 'secret'), 'secret');
  await symlink('../secret', join(workspace, 'leak.jar'));
  await symlink('..', join(workspace, 'up'));
  await symlink('app.jar', join(workspace, 'alias.jar'));
});
afterEach(() => removeTree(root));

async function expand(...patterns: readonly string[]): Promise<Matches> {
  const result = await expandGlobs(workspace, patterns);
  if (!result.ok) throw new Error(result.reason);
  return result;
}
const told = ({ matches }: Matches): readonly string[] =>
  matches.map(({ names, kind }) => (kind === 'folder' ? `${pathOf(names)}/` : pathOf(names)));
const found = async (...patterns: readonly string[]): Promise<readonly string[]> => told(await expand(...patterns));
const reason = async (...patterns: readonly string[]): Promise<string> => {
  const result = await expandGlobs(workspace, patterns);
  return result.ok ? `no reason: ${told(result).join(' ')}` : result.reason;
};

describe('T8 G9 globs below the workspace', () => {
  // prettier-ignore
  const cases: ReadonlyArray<readonly [title: string, patterns: readonly string[], found: readonly string[]]> = [
    ['names files',                        ['app.jar', './readme.md'],   ['app.jar', 'readme.md']],
    ['follows links to files inside only', ['*.jar'],                    ['alias.jar', 'app.jar']],
    ['takes a folder as a whole',          ['dist/'],                    ['dist/']],
    ['takes each once',                    ['dist/a.js', 'dist/*', 'dist/**'], ['dist/a.js', 'dist/b.js', 'dist/sub/']],
    ['takes the files of any depth',       ['dist/**'],                  ['dist/a.js', 'dist/b.js', 'dist/sub/c.js']],
    ['counts no folder as any depth too',  ['**/*.js', '**/app.jar'],    ['app.jar', 'dist/a.js', 'dist/b.js', 'dist/sub/c.js']],
    ['never walks through links',          ['up/**', 'up/secret', '**/secret'], []],
    ['leaves hidden files to their names', ['*', '.hidden'],             ['.hidden', 'alias.jar', 'app.jar', 'dist/', 'readme.md']],
    ['knows alternatives',                 ['dist/{a,b}.js'],            ['dist/a.js', 'dist/b.js']],
    ['knows alternatives of folders',      ['{dist/a,dist/sub/c}.js', '{**,x}/app.jar'], ['app.jar', 'dist/a.js', 'dist/sub/c.js']],
    ['takes each alternative for itself',  ['{dist/sub,dist/**}'],       ['dist/a.js', 'dist/b.js', 'dist/sub/']],
    ['knows classes and one letter',       ['dist/[a-c].js', 'di?t/a.js'], ['dist/a.js', 'dist/b.js']],
    ['takes a sign behind a backslash as it is', ['app\\.jar', 'read\\me.md', '\\*'], ['app.jar', 'readme.md']],
    ['takes no file for a folder',         ['app.jar/**', 'app.*/**'],   []],
    ['finds nothing where nothing is',     ['none', 'none/x', 'app.jar/x', `${'n'.repeat(300)}`, '*/none'], []],
  ];
  for (const [title, patterns, expected] of cases) {
    it(title, async () => expect(await found(...patterns)).to.deep.equal(expected));
  }
  const outside = [
    '/etc/passwd',
    '../secret',
    'dist/../../secret',
    '{..,x}/secret',
    '{x/..,y}/../secret',
    '\\.\\./secret',
    '{.,x}./secret',
  ];
  for (const pattern of [...outside, '', './', '.']) {
    it(`refuses ${JSON.stringify(pattern)}, or finds nothing by it`, async () => {
      const result = await expandGlobs(workspace, [pattern]);
      if (result.ok) expect(told(result)).to.deep.equal([]);
    });
  }

  it('judges a pattern of braces in time in proportion to its length', async () => {
    const pattern = (n: number) => `${'{a/,b/}'.repeat(8)}${'{/'.repeat(n)}`;
    const growth = await growthOf(900, (n) => expandGlobs(workspace, [pattern(n)]));
    expect(growth.isLinear, JSON.stringify(growth)).to.equal(true);
    expect(await reason('{{{{{a/'.repeat(5))).to.contain('braces');
  });

  it('takes signs of regular expressions as they are, so that no name keeps it busy', async () => {
    const names = ['a (1)+|@!.txt', `${'a'.repeat(100)}c`, 'say "hi"*.txt'];
    for (const name of names) await writeFile(join(workspace, name), '');
    expect(await found('a (1)+|@!.txt', '(a+)+b', '+(a|aa)b', '*a*a*b')).to.deep.equal([names[0]]);
    expect(await found('say "hi"*')).to.deep.equal([names[2]]);
    const wide = '{a/,b/}{a/,b/}{a/,b/}{a/,b/}{a/,b/}{a/,b/}{a/,b/}{a/,b/}{a/,b/}';
    for (const costly of ['*a*a*a*b', '{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}b', '**/a/**/a/**/a/**/b', wide, '{a,{b/,'.repeat(10_000)])
      expect(await expandGlobs(workspace, [costly])).to.have.property('ok', false);
  });
});

describe('T8 a walk along patterns finds what a walk over everything finds', () => {
  const seed = Number(process.env['DROVER_SEED'] ?? Math.floor(Math.random() * 1e9));

  it(`in random trees, by random patterns (DROVER_SEED=${seed})`, async () => {
    const chance = random(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
    const names = ['a', 'b', 'ab', '.a', 'a.txt', 'b.xml', '.b.xml', 'c d', 'x+y'];
    const parts = [
      '*',
      '**',
      'a',
      'b',
      '?',
      'a*',
      '*.xml',
      '{a,b}',
      '{a/b,b}',
      '.a',
      '.*',
      '[ab]',
      '*.{txt,xml}',
      '{ab,a/{b,.a}}',
      'x+y',
      '??',
    ];
    for (let tree = 0; tree < 12; tree++) {
      const top = join(root, `tree-${tree}`);
      await grow(top, { depth: 4, pick, names, chance });
      const all = await everything(top, '');
      for (let round = 0; round < 40; round++) {
        const pattern = Array.from({ length: 1 + Math.floor(chance() * 4) }, () => pick(parts)).join('/');
        const result = await expandGlobs(top, [pattern]);
        if (!result.ok) continue; // too many `**`
        expect(told(result), `${pattern} in ${all.join(' ')}`).to.have.members(naive(all, pattern));
      }
    }
  });
});

/** Paths that end in `/` are folders. What lies in a folder that matches goes with it. */
function naive(all: readonly string[], pattern: string): readonly string[] {
  const matches = picomatch(pattern.replaceAll('+', '\\+').replace(/\*\*$/, '**/*'), { dot: false, noextglob: true, nonegate: true });
  const isFolder = (path: string): boolean => path.endsWith('/');
  const hits = all.filter((path) => (isFolder(path) ? !pattern.includes('**') && matches(path.slice(0, -1)) : matches(path)));
  return hits.filter((path) => !hits.some((folder) => isFolder(folder) && folder !== path && path.startsWith(folder)));
}

interface Growth {
  readonly depth: number;
  readonly names: readonly string[];
  pick(from: readonly string[]): string;
  chance(): number;
}

async function grow(folder: string, growth: Growth): Promise<void> {
  await mkdir(folder);
  for (const name of new Set(Array.from({ length: 4 }, () => growth.pick(growth.names)))) {
    if (growth.depth > 1 && growth.chance() < 0.6) await grow(join(folder, name), { ...growth, depth: growth.depth - 1 });
    else await writeFile(join(folder, name), '');
  }
}

async function everything(top: string, below: string): Promise<readonly string[]> {
  const entries = await readdir(join(top, below), { withFileTypes: true });
  const nested = entries.map(async (entry) => {
    const path = `${below}${entry.name}`;
    return entry.isDirectory() ? [`${path}/`, ...(await everything(top, `${path}/`))] : [path];
  });
  return (await Promise.all(nested)).flat();
}

/** Mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe('B4 uploads look only where a pattern could match', () => {
  it('at a literal name alone, however much lies beside it', async () => {
    const looks: unknown[] = [];
    for (const folders of [50, 100]) {
      await fill('node_modules', folders);
      looks.push([
        (await expand('app.jar')).looks,
        (await expand('dist/sub/c.js')).looks,
        (await expand('dist/*.js')).looks,
        (await expand('dist/**')).looks,
        (await expand('{app.jar,dist/a.js}')).looks,
      ]);
    }
    expect(looks[0]).to.deep.equal(looks[1]);
    expect(looks[0]).to.deep.equal([
      { listed: 0, lookedUp: 1 },
      { listed: 0, lookedUp: 3 },
      { listed: 1, lookedUp: 1 },
      { listed: 2, lookedUp: 1 },
      { listed: 0, lookedUp: 3 },
    ]);
  });

  it('in work that grows like the folders that a pattern could match in', async () => {
    await fill('modules', 50);
    const once = (await expand('modules/**/*.xml')).looks.listed;
    await fill('modules', 100);
    expect((await expand('modules/**/*.xml')).looks.listed).to.equal(2 * once - 1);
  });

  it('an unreadable folder matters only there, and is named', async () => {
    await mkdir(join(workspace, 'locked/in'), { recursive: true });
    await chmod(root, 0o755);
    await chmod(join(workspace, 'locked'), 0);
    await unprivileged(async () => {
      expect(await found('app.jar', '*.md', 'dist/**', 'loc*')).to.deep.equal([
        'app.jar',
        'dist/a.js',
        'dist/b.js',
        'dist/sub/c.js',
        'locked/',
        'readme.md',
      ]);
      for (const pattern of ['**/*.js', 'locked/x', '*/x', 'locked/in/x'])
        expect(await reason(pattern)).to.match(/^the folder “locked” cannot be read, and a pattern could match in it: EACCES$/);
    });
    await chmod(join(workspace, 'locked'), 0o700);
  });

  it('a name that is not UTF-8 is no obstacle, and a match keeps its bytes', async () => {
    const bad = Buffer.concat([Buffer.from(`${workspace}/d`), Buffer.of(0xe9), Buffer.from('p')]);
    await mkdir(bad);
    await writeFile(Buffer.concat([bad, Buffer.from('/report.xml')]), '');
    await writeFile(Buffer.concat([bad, Buffer.of(0xe4)]), '');
    expect(await found('app.jar', 'dist/*')).to.deep.equal(['app.jar', 'dist/a.js', 'dist/b.js', 'dist/sub/']);
    const { matches } = await expand('**/report.xml');
    expect(matches.map(({ names }) => names.map((name) => name.toString('latin1')))).to.deep.equal([['d\u00e9p', 'report.xml']]);
    expect((await expand('d?p*')).matches.map(({ kind }) => kind)).to.deep.equal(['folder', 'file']);
  });

  it('paths longer than the system takes are walked, folders too deep are named where they matter', async () => {
    const name = 'n'.repeat(200);
    execFileSync('bash', ['-ec', `for i in {1..30}; do mkdir ${name}; cd ${name}; done; echo deep >deep.txt`], { cwd: workspace });
    expect((await expand('**/deep.txt')).matches.map(({ names }) => names.length)).to.deep.equal([31]);
    execFileSync('bash', ['-ec', 'for i in {1..300}; do mkdir deeper; cd deeper; done'], { cwd: workspace });
    expect(await found('app.jar', 'dist/**/c.js', '*/a.js', 'deeper')).to.deep.equal(['app.jar', 'deeper/', 'dist/a.js', 'dist/sub/c.js']);
    expect(await reason('**/*.js')).to.match(/^the folder “deeper\/.*…” lies more than 200 folders deep, and a pattern could match in it$/);
  });

  it('says what was left out, and why', async () => {
    await mkdir(join(workspace, '.git/x'), { recursive: true });
    for (let i = 10; i < 30; i++) await mkdir(join(workspace, `.cache-${i}`));
    await symlink('..', join(workspace, 'up\nand \u001b[31maway'));
    execFileSync('mkfifo', [join(workspace, 'pipe')]);
    const lines = (await expand('*.jar', 'up*/x', 'p*', '**/*.none')).leftOut.join('\n');
    expect(lines).to.match(/^left out: leak\.jar \(links that lead nowhere or out of the workspace/m);
    expect(lines).to.match(/^left out: (?:up, up\ufffdand \ufffd\[31maway|up\ufffdand \ufffd\[31maway, up) \(links to folders/m);
    expect(lines).to.match(/^left out: pipe \(neither/m);
    expect(lines).to.match(/^left out: \..*, \..* and 11 more \(a name that begins with a dot/m);
    expect((await expand('app.jar', 'dist', '*.md')).leftOut).to.deep.equal([]);
  });

  it('folders that vanish or become links meanwhile neither fail it nor lead it outside', async () => {
    const elsewhere = join(root, 'elsewhere');
    await mkdir(join(elsewhere, 'sub'), { recursive: true });
    await writeFile(join(elsewhere, 'sub/outside.js'), '');
    let ended = false;
    const churn = (async () => {
      while (!ended) {
        await rename(join(workspace, 'dist'), join(root, 'aside'));
        await symlink('../elsewhere', join(workspace, 'dist'));
        await unlink(join(workspace, 'dist'));
        await rename(join(root, 'aside'), join(workspace, 'dist'));
      }
    })();
    try {
      for (let round = 0; round < 200; round++) {
        const paths = await found('**/*.js', 'dist/sub/*', 'app.jar');
        expect(paths).to.include('app.jar');
        expect(paths.filter((path) => path.includes('outside'))).to.deep.equal([]);
      }
    } finally {
      ended = true;
      await churn;
    }
  });
});

async function fill(name: string, folders: number): Promise<void> {
  for (let i = 0; i < folders; i++) await mkdir(join(workspace, name, `package-${i}`), { recursive: true });
}

/** Root may read everything: it looks as another user meanwhile. */
async function unprivileged(act: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return act();
  process.seteuid?.(65_534);
  try {
    await act();
  } finally {
    process.seteuid?.(0);
  }
}
