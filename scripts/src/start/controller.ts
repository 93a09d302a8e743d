import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram, type Program } from './process.js';

export interface RunningController {
  readonly program: Program;
  readonly url: string;
}

/** Shown on the terminal and kept in a file of its own; it has no place in a log. */
const tellsPassword = /^First administrator:/;
const readyLine = /^Drover controller ready: (\S+)/;

/** Starts the controller; resolves when it is ready, rejects with its own last sentence where it ends before. */
export async function startController({
  root,
  dataDir,
  port,
  setupToken,
  log,
}: {
  root: string;
  dataDir: string;
  port: number;
  /** By which this program sets the farm up, without anybody’s password. */
  setupToken: string;
  log(line: string): void;
}): Promise<RunningController> {
  const { nodeArguments, environment } = startSettings(root);
  return new Promise((resolve, reject) => {
    const program = startProgram({
      name: 'controller',
      args: [...nodeArguments, join(root, 'controller', 'dist', 'bundle', 'main.js'), '--data', dataDir, '--port', String(port)],
      env: {
        ...environment,
        DROVER_AGENT_PACKAGE: join(root, 'scripts', 'dist-pack', 'drover-agent.tgz'),
        DROVER_SETUP_TOKEN: setupToken,
      },
      onLine: (line) => {
        if (!tellsPassword.test(line)) log(line);
        const url = readyLine.exec(line)?.[1];
        if (url !== undefined) resolve({ program, url });
      },
    });
    void program.ended.then((code) => {
      reject(new Error(sentences(program.lastLines()) || `the controller ended with ${code}`));
    });
  });
}

/** How the controller is started everywhere. */
interface StartSettings {
  readonly nodeArguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What the controller wants of Node and of the C library, as its package says: it needs a third less memory, and is no slower (docs/decisions/controller-size.md). */
export function startSettings(root: string): StartSettings {
  const manifest = readFileSync(join(root, 'controller', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { config: StartSettings }).config;
}

/** What it said to people: the rest are lines of its log. */
const sentences = (lines: readonly string[]): string => lines.filter((line) => line.trim() !== '' && !line.startsWith('{')).join('\n');
