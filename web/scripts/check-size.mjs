// Fails when the first load of the dashboard holds more JavaScript than it may. Run after `vite build`.
// Counted: the entry, the pipeline list, one language and the live link, with everything they import statically, gzipped.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const limitBytes = 200 * 1_024;
const folder = new URL('../dist/app/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', folder), 'utf8'));

const roots = [/^index\.html$/, /pages\/pipelines\/pipelines-page\.tsx$/, /i18n\/zh\/first\.ts$/, /socket\.io-client\//];
const files = new Set();

function add(key) {
  const chunk = manifest[key];
  if (chunk === undefined || files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const imported of chunk.imports ?? []) add(imported);
}

for (const pattern of roots) {
  const found = Object.keys(manifest).filter((key) => pattern.test(key));
  if (found.length === 0) throw new Error(`the build has no chunk that matches ${pattern}`);
  found.forEach(add);
}

const sizes = [...files]
  .filter((file) => file.endsWith('.js'))
  .map((file) => ({ file, bytes: gzipSync(readFileSync(new URL(file, folder))).length }));
const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
const inKilobytes = (bytes) => `${(bytes / 1_024).toFixed(1)} KB`;

console.log(`First load: ${inKilobytes(total)} of JavaScript, gzipped; at most ${inKilobytes(limitBytes)}.`);
if (total > limitBytes) {
  for (const { file, bytes } of sizes.sort((a, b) => b.bytes - a.bytes)) console.error(`  ${inKilobytes(bytes).padStart(9)}  ${file}`);
  process.exitCode = 1;
}
