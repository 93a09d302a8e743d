import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { standaloneChecks } from '@drover/protocol/standalone';
import { root } from './root.js';

/** Where the agent is started from: one program with the parts that it loads when they are needed. */
export const bundleFolder = join(root, 'agent', 'dist', 'bundle');

/** Packages beside the bundle: each brings a native file, or what it needs may. */
export const besideBundle: readonly string[] = ['node-pty', 'dockerode'];

/**
 * Puts the compiled agent and the libraries that it uses into few files, with checks of messages made beforehand. So an
 * idle agent holds neither compiler nor schemas nor what it never calls, and starts without opening hundreds of files.
 */
export async function bundleAgent(): Promise<void> {
  rmSync(bundleFolder, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: [join(root, 'agent', 'dist', 'main.js')],
    outdir: bundleFolder,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: [...besideBundle],
    // names stay, so that a stack tells where it comes from
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 160,
    plugins: [readyChecks, websocketOnly],
    banner: { js: requireForCommonJs },
    logLevel: 'warning',
  });
}

/** Libraries in the older module format ask for Node's own modules by `require`. */
const requireForCommonJs = "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);";

/** Puts ready-made checks in the place of those that compile schemas. */
export const readyChecks: Plugin = {
  name: 'ready-checks',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]protocol[\\/]dist[\\/]agent[\\/]check\.js$/ }, ({ path }) => ({
      contents: standaloneChecks(),
      resolveDir: dirname(path),
    })),
};

/** The link never polls by HTTP: what would do that is left out. */
const websocketOnly: Plugin = {
  name: 'websocket-only',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]node_modules[\\/]xmlhttprequest-ssl[\\/]/ }, () => ({ contents: 'export const XMLHttpRequest = undefined;' })),
};
