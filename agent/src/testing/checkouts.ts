import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkoutSource, type CheckoutOptions, type CheckoutResult } from '../git/checkout.js';
import { mirrorPath } from '../git/mirror.js';
import { startGitHttpServer, type GitHttpServer } from './git-http-server.js';

const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' };
const none = { kind: 'none' } as const;

/** Repositories behind a real Git server, and checkouts of them by an agent's code, all below one folder. */
export class Checkouts {
  #cases = 0;
  /** What the checkouts of the present case printed. */
  output = '';
  notices: string[] = [];
  cache = '';

  private constructor(
    readonly root: string,
    readonly server: GitHttpServer,
  ) {}

  static async start(): Promise<Checkouts> {
    const root = await mkdtemp(join(tmpdir(), 'drover-checkouts-'));
    await mkdir(join(root, 'served'));
    return new Checkouts(root, await startGitHttpServer({ folder: join(root, 'served') }));
  }

  async close(): Promise<void> {
    await this.server.close();
    await rm(this.root, { recursive: true, force: true });
  }

  /** An empty cache, no output. */
  next(): void {
    this.cache = join(this.root, `cache-${(this.#cases += 1)}`);
    this.output = '';
    this.notices = [];
    this.server.intercept(undefined);
  }

  git(cwd: string, ...argv: string[]): string {
    const own = ['-c', 'user.name=n', '-c', 'user.email=e@example.com', '-c', 'protocol.file.allow=always', '-c', 'gc.auto=0'];
    return execFileSync('git', [...own, ...argv], {
      cwd,
      env: { ...env, GIT_CONFIG_NOSYSTEM: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
      .toString()
      .trim();
  }

  /** Makes a repository to work in; `publish` serves it. */
  async repository(name: string, ...initOptions: string[]): Promise<Repository> {
    const folder = join(this.root, 'work', name);
    await mkdir(folder, { recursive: true });
    this.git(folder, 'init', '-q', '-b', 'main', ...initOptions);
    return new Repository(this, folder, name);
  }

  async workspace(): Promise<string> {
    return mkdtemp(join(this.root, 'workspace-')).then(async (folder) => {
      await mkdir(join(folder, 'w'));
      return join(folder, 'w');
    });
  }

  async checkout(
    repository: Repository,
    changes: Partial<CheckoutOptions> & { readonly commit: string },
  ): Promise<{ readonly workspace: string; readonly result: CheckoutResult }> {
    const workspace = changes.workspace ?? (await this.workspace());
    const result = await checkoutSource({
      repository: { url: repository.url },
      ref: { type: 'branch', name: 'main' },
      credentials: none,
      allowedFolders: [],
      workspace,
      targetPath: workspace,
      mirrorCacheDir: this.cache,
      env,
      signal: new AbortController().signal,
      onOutput: (bytes) => {
        this.output += bytes.toString();
      },
      onNotice: (text) => {
        this.notices.push(text);
      },
      ...changes,
    });
    return { workspace, result };
  }

  mirror(repository: Repository, depth?: number): string {
    return mirrorPath({ cacheFolder: this.cache, url: repository.url, credentials: none, ...(depth && { depth }) });
  }
}

export class Repository {
  constructor(
    readonly checkouts: Checkouts,
    readonly folder: string,
    readonly name: string,
  ) {}

  get url(): string {
    return `${this.checkouts.server.url}/${this.name}.git`;
  }

  get served(): string {
    return join(this.checkouts.root, 'served', `${this.name}.git`);
  }

  git(...argv: string[]): string {
    return this.checkouts.git(this.folder, ...argv);
  }

  /** Commits these files and gives the commit's id. */
  async commit(message: string, files: Readonly<Record<string, string | Buffer>>): Promise<string> {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(join(this.folder, name, '..'), { recursive: true });
      await writeFile(join(this.folder, name), content);
    }
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', message);
    return this.git('rev-parse', 'HEAD');
  }

  /** Serves all branches and tags as they are now. */
  publish(): void {
    this.git('init', '-q', '--bare', '-b', 'main', `--object-format=${this.git('rev-parse', '--show-object-format')}`, this.served);
    this.git('push', '-q', '--mirror', '--force', this.served);
  }
}
