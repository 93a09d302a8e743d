import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { MongoClient } from 'mongodb';
import type { AttemptView, RunView } from '@drover/protocol/api';
import { Api, ownPassword } from './api.js';
import { endOf, Live } from './live.js';
import { root, startProgram, type Program } from './programs.js';

export interface FarmOptions {
  /** Environment of the controller, beyond the clean one. */
  readonly env?: NodeJS.ProcessEnv;
  /** Called with the folder of the farm before anything lies in it; what it resolves with is called when all programs have ended. */
  readonly prepare?: (folder: string) => Promise<() => Promise<void>>;
  /** Of node itself, for the controller: `--cpu-prof` and the like. */
  readonly nodeArguments?: readonly string[];
  /** Part of the name of the farm's folder. */
  readonly folderName?: string;
  /** A command that the controller's own is put behind; asked for after `prepare`. */
  readonly within?: () => readonly string[];
}

export interface AgentOptions {
  readonly name?: string;
  readonly slots?: number;
  readonly labels?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Where it reaches the controller; by default where people do. */
  readonly url?: string;
  /** The agent's program, where it is not the one of this clone. */
  readonly program?: string;
  /** A command that its own is put behind, such as one that enters another network. */
  readonly within?: readonly string[];
  readonly nodeArguments?: readonly string[];
}

interface Place {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly nodeArguments: readonly string[];
  readonly within: readonly string[];
  readonly tidyUp: (() => Promise<void>) | undefined;
}

/** A farm of real processes in a folder of its own: one controller with the embedded store, and the agents that a test adds. */
export class Farm {
  readonly agents = new Map<string, Program>();
  private readonly options = new Map<string, AgentOptions>();
  private count = 0;
  readonly url: string;
  /** As the administrator. */
  readonly api: Api;
  /** The administrator’s own. */
  readonly password: string;

  readonly folder: string;
  private env: NodeJS.ProcessEnv;
  private readonly nodeArguments: readonly string[];
  private readonly within: readonly string[];
  private readonly tidyUp: (() => Promise<void>) | undefined;

  private constructor(
    place: Place,
    public controller: Program,
    { url, api, password }: { readonly url: string; readonly api: Api; readonly password: string },
  ) {
    this.folder = place.folder;
    this.env = place.env;
    this.nodeArguments = place.nodeArguments;
    this.within = place.within;
    this.tidyUp = place.tidyUp;
    this.url = url;
    this.api = api;
    this.password = password;
  }

  static async start({ env = {}, nodeArguments = [], prepare, folderName = '', within: command }: FarmOptions = {}): Promise<Farm> {
    const folder = await mkdtemp(join(tmpdir(), `drover-e2e-${folderName}`));
    const undo = await prepare?.(folder);
    const tidyUp = async (): Promise<void> => {
      await undo?.();
      if (env['MONGODB_URI'] === undefined) await dropDatabase(folder);
    };
    const within = command?.() ?? [];
    const program = launchController({ folder, port: 0, env, nodeArguments, within });
    try {
      const [, url = ''] = await program.line(readyLine);
      const given = (await readFile(join(folder, 'controller', 'admin-password'), 'utf8')).trim();
      const signedIn = { url, api: await Api.firstSignIn(url, 'admin', given), password: ownPassword(given) };
      return new Farm({ folder, env, nodeArguments, within, tidyUp }, program, signedIn);
    } catch (error) {
      await program.stop();
      await tidyUp();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Starts the controller again, on the same port and data, with another environment where one is given. */
  async restartController(env: NodeJS.ProcessEnv = this.env): Promise<void> {
    this.env = env;
    await this.launchController(env).line(readyLine);
  }

  /** Starts the controller again and doesn't wait for it. */
  launchController(env: NodeJS.ProcessEnv): Program {
    const { folder, nodeArguments, within } = this;
    this.controller = launchController({ folder, port: Number(new URL(this.url).port), env, nodeArguments, within });
    return this.controller;
  }

  /** Registers a new agent by its command line and starts it; resolves once it is connected. */
  async addAgent(options: AgentOptions = {}): Promise<string> {
    this.count += 1;
    const name = options.name ?? `agent-${this.count}`;
    const { code, output } = await this.registerAgent(name, options);
    if (code !== 0) throw new Error(`${name} could not be registered: ${output}`);
    await this.startAgent(name);
    return name;
  }

  /** Registers a new agent by its command line; `code` is null when that was killed. */
  async registerAgent(
    name: string,
    options: AgentOptions,
    env: NodeJS.ProcessEnv = options.env ?? {},
  ): Promise<{ code: number | null; output: string }> {
    const { secret } = await this.api.post<{ secret: string }>('/registration-tokens', { name: `for ${name}`, uses: 1, expiresInHours: 1 });
    const slots = String(options.slots ?? 2);
    const labels = options.labels === undefined ? [] : ['--labels', options.labels.join(',')];
    const given = ['--url', options.url ?? this.url, '--name', name, '--slots', slots, '--data', this.agentFolder(name), ...labels];
    const program = startProgram({
      name: `register ${name}`,
      args: [options.program ?? agentMain, 'register', ...given],
      env: { ...env, DROVER_TOKEN: secret },
      within: options.within,
    });
    const { code } = await program.ended;
    this.options.set(name, options);
    return { code, output: program.lines.join('\n') };
  }

  /** Starts a registered agent again; resolves once it is connected. */
  async startAgent(name: string, env: NodeJS.ProcessEnv = this.options.get(name)?.env ?? {}): Promise<Program> {
    const program = this.launchAgent(name, env);
    await program.line(/connected/i);
    return program;
  }

  /** Starts a registered agent and doesn't wait for it. */
  launchAgent(name: string, env: NodeJS.ProcessEnv): Program {
    const program = startProgram({
      name,
      args: [
        ...(this.options.get(name)?.nodeArguments ?? []),
        this.options.get(name)?.program ?? agentMain,
        'start',
        '--data',
        this.agentFolder(name),
        '--hide',
        join(this.folder, 'controller'),
      ],
      env,
      within: this.options.get(name)?.within,
    });
    this.agents.set(name, program);
    return program;
  }

  agentFolder(name: string): string {
    return join(this.folder, name);
  }

  live(): Promise<Live> {
    return Live.open(this.api);
  }

  /** Waits, by the live link, for the end of a run. */
  async finished(runId: string, limitMs = 60_000): Promise<RunView> {
    const live = await this.live();
    try {
      return await endOf(live, this.api, { runId, limitMs });
    } finally {
      live.close();
    }
  }

  attempts(runId: string, taskKey: string): Promise<readonly AttemptView[]> {
    return this.api.get<readonly AttemptView[]>(`/runs/${runId}/attempts?taskKey=${taskKey}`);
  }

  /** The whole stored log of an attempt, as bytes. */
  async log(attemptId: string): Promise<Buffer> {
    const response = await this.api.raw('GET', `/attempts/${attemptId}/log/raw`);
    if (!response.ok) throw new Error(`log of ${attemptId}: ${response.status} ${await response.text()}`);
    return Buffer.from(await response.arrayBuffer());
  }

  /** Ends every program in order and removes the folder. A test that fails may keep it with DROVER_KEEP. */
  async close(): Promise<void> {
    await Promise.all([...this.agents.values()].map((agent) => agent.stop()));
    await this.controller.stop();
    await this.tidyUp?.();
    if (process.env['DROVER_KEEP'] === undefined) await rm(this.folder, { recursive: true, force: true });
  }
}

const controllerMain = join(root, 'controller', 'dist', 'bundle', 'main.js');
const agentMain = join(root, 'agent', 'dist', 'bundle', 'main.js');
/** The line that the controller writes once it answers. */
export const readyLine = /^Drover controller ready: (\S+)/;

function launchController({
  folder,
  port,
  env,
  nodeArguments,
  within,
}: Required<Pick<FarmOptions, 'env' | 'nodeArguments'>> & {
  readonly folder: string;
  readonly port: number;
  readonly within: readonly string[];
}): Program {
  if (!existsSync(controllerMain)) throw new Error('build first: npm run build');
  const { nodeArguments: usualArguments, environment } = usual();
  const args = [...usualArguments, ...nodeArguments, controllerMain, '--data', join(folder, 'controller'), '--port', String(port)];
  return startProgram({
    name: 'controller',
    args,
    env: { ...environment, DROVER_AGENT_PACKAGE: join(root, 'scripts', 'dist-pack', 'drover-agent.tgz'), ...databaseOf(folder), ...env },
    within,
  });
}

/** On the MongoDB that is given each farm has a database of its own, named after its folder. */
function databaseOf(folder: string): { readonly MONGODB_URI?: string } {
  const given = process.env['MONGODB_URI'];
  if (given === undefined || given === '') return {};
  const uri = new URL(given);
  uri.pathname = `/${basename(folder)
    .replace(/[^A-Za-z0-9-]/g, '-')
    .slice(-60)}`;
  return { MONGODB_URI: uri.href };
}

async function dropDatabase(folder: string): Promise<void> {
  const { MONGODB_URI } = databaseOf(folder);
  if (MONGODB_URI === undefined) return;
  const client = await MongoClient.connect(MONGODB_URI);
  await client.db().dropDatabase();
  await client.close();
}

interface Usual {
  readonly nodeArguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** As the controller is started everywhere. */
function usual(): Usual {
  const manifest = readFileSync(join(root, 'controller', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { config: Usual }).config;
}
