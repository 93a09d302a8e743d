import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { standaloneChecks } from '@drover/protocol/standalone';
import { licencesOf } from './licences.js';
import { root } from './root.js';

/** Where each program is started from: one file, with the parts that it loads when they are needed. */
export const agentBundle = join(root, 'agent', 'dist', 'bundle');
export const controllerBundle = join(root, 'controller', 'dist', 'bundle');

/** Packages beside the agent's bundle: each brings a native file, or what it needs may. */
export const besideAgent: readonly string[] = ['node-pty', 'dockerode'];
/** The same of the controller. `iconv-lite` is half a megabyte of tables for encodings that nobody sends: it reads them when asked. */
export const besideController: readonly string[] = ['lmdb', 'msgpackr', '@node-rs/argon2', 'iconv-lite'];

/**
 * Puts the compiled agent and the libraries that it uses into few files, with checks of messages made beforehand. So an
 * idle agent holds neither compiler nor schemas nor what it never calls, and starts without opening hundreds of files.
 */
export async function bundleAgent(): Promise<void> {
  await bundle({
    entryPoints: [join(root, 'agent', 'dist', 'main.js')],
    outdir: agentBundle,
    external: [...besideAgent],
    plugins: [readyChecks, websocketOnly],
  });
}

/** Puts the compiled controller and its libraries into few files: it starts in half the processor time. Its threads are files of their own, at the places where it looks for them. */
export async function bundleController(): Promise<void> {
  const compiled = join(root, 'controller', 'dist');
  await bundle({
    entryPoints: {
      main: join(compiled, 'main.js'),
      'server/store-thread': join(root, 'controller', 'embedded-store', 'dist', 'server', 'store-thread.js'),
      'reader-thread': join(compiled, 'adapters', 'yaml', 'reader-thread.js'),
    },
    outdir: controllerBundle,
    external: [...besideController, ...optionalOfMongo],
  });
}

/** What the driver of MongoDB uses only where somebody installed it. */
const optionalOfMongo = [
  ...['kerberos', 'snappy', '@mongodb-js/zstd', 'aws4', 'mongodb-client-encryption', 'socks', 'gcp-metadata'],
  '@aws-sdk/credential-providers',
];

async function bundle(options: BuildOptions & { readonly outdir: string }): Promise<void> {
  rmSync(options.outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // names stay, so that a stack tells where it comes from
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 160,
    banner: { js: requireForCommonJs },
    logLevel: 'warning',
    ...options,
    metafile: true,
  });
  writeFileSync(join(options.outdir, 'licences.txt'), licencesOf(metafile));
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
