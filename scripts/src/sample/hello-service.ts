import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The files of a small HTTP service with its own tests and build; needs nothing but Node. */
const files: Readonly<Record<string, string>> = {
  'package.json': `${JSON.stringify(
    {
      name: 'hello-service',
      version: '0.0.0',
      private: true,
      type: 'module',
      scripts: { build: 'node scripts/build.js', test: 'node --test test/', start: 'node src/server.js' },
    },
    null,
    2,
  )}\n`,
  'README.md': '# hello-service\n\nAnswers `GET /hello?name=…` with a greeting, and `GET /health` with its version.\n',
  'src/greeting.js': `/** A greeting for this name, without anything that could act as markup. */
export function greeting(name) {
  const plain = String(name ?? '').replace(/[<>&"']/g, '').trim().slice(0, 40);
  return plain === '' ? 'Hello, whoever you are.' : \`Hello, \${plain}.\`;
}
`,
  'src/server.js': `import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { greeting } from './greeting.js';

export function createService(version) {
  return createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    if (url.pathname === '/health') return answer(response, 200, { status: 'up', version });
    if (url.pathname === '/hello') return answer(response, 200, { message: greeting(url.searchParams.get('name')) });
    return answer(response, 404, { error: 'not found' });
  });
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.env.PORT ?? 8080);
  createService(process.env.VERSION ?? 'development').listen(port, () => console.log(\`listening on \${port}\`));
}
`,
  'test/greeting.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greeting } from '../src/greeting.js';

test('greets by name', () => assert.equal(greeting('Ada'), 'Hello, Ada.'));
test('greets a caller that gives no name', () => assert.equal(greeting(undefined), 'Hello, whoever you are.'));
test('takes markup out of a name', () => assert.equal(greeting('<b>Ada</b>'), 'Hello, bAda/b.'));
test('cuts a long name', () => assert.equal(greeting('x'.repeat(100)).length, 'Hello, .'.length + 40));
`,
  'test/server.test.js': `import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { createService } from '../src/server.js';

const service = createService('1.2.3');
let base;
before(async () => {
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  base = \`http://127.0.0.1:\${service.address().port}\`;
});
after(() => service.close());

test('says hello over HTTP', async () => {
  const response = await fetch(\`\${base}/hello?name=Grace\`);
  assert.deepEqual(await response.json(), { message: 'Hello, Grace.' });
});
test('tells its version', async () => {
  const response = await fetch(\`\${base}/health\`);
  assert.equal((await response.json()).version, '1.2.3');
});
test('knows what it does not have', async () => {
  assert.equal((await fetch(\`\${base}/nowhere\`)).status, 404);
});
`,
  'scripts/build.js': `// Puts what runs into dist/: the sources and a manifest that says what was built from which commit.
import { cpSync, mkdirSync, rmSync, writeFileSync, readdirSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist/hello-service', { recursive: true });
cpSync('src', 'dist/hello-service/src', { recursive: true });
const manifest = { name: 'hello-service', version: process.env.VERSION ?? '0.0.0', commit: process.env.COMMIT_ID ?? 'unknown', files: readdirSync('src').sort() };
writeFileSync('dist/hello-service/manifest.json', JSON.stringify(manifest, null, 2) + '\\n');
console.log(\`built \${manifest.name} \${manifest.version} from \${manifest.commit.slice(0, 10)}: \${manifest.files.length} files\`);
`,
};

/** Makes the sample's Git repository in this folder, with one commit on branch `main`. A folder that has one already is left as it is. */
export async function createHelloService(folder: string): Promise<void> {
  if (existsSync(join(folder, '.git'))) return;
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const git = (...args: string[]) =>
    run('git', ['-C', folder, '-c', 'user.name=Drover', '-c', 'user.email=drover@localhost', '-c', 'commit.gpgsign=false', ...args]);
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'A service that says hello');
}
