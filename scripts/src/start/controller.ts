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
  return new Promise((resolve, reject) => {
    const program = startProgram({
      name: 'controller',
      args: [...nodeArguments(root), join(root, 'controller', 'dist', 'bundle', 'main.js'), '--data', dataDir, '--port', String(port)],
      env: { DROVER_AGENT_PACKAGE: join(root, 'scripts', 'dist-pack', 'drover-agent.tgz'), DROVER_SETUP_TOKEN: setupToken },
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

/** What the controller wants of Node, as its package says: its memory stays a third smaller, and it is no slower (docs/benchmarks.md). */
export function nodeArguments(root: string): readonly string[] {
  const manifest = readFileSync(join(root, 'controller', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { config: { nodeArguments: readonly string[] } }).config.nodeArguments;
}

/** What it said to people: the rest are lines of its log. */
const sentences = (lines: readonly string[]): string => lines.filter((line) => line.trim() !== '' && !line.startsWith('{')).join('\n');
