import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A real project by others: where it comes from, and how anyone would build it. */
export interface Recipe {
  readonly title: string;
  /** Programs that must be there; without them the project is skipped, aloud. */
  readonly needs: readonly string[];
  /** Puts the project's files into an empty folder. */
  fetch(folder: string, scratch: string): Promise<void>;
  /** Builds and tests in the project's folder; leaves in `result.txt` what must be the same wherever it is run. */
  readonly script: string;
  /** What `result.txt` must show at least, so that a build of nothing can't pass. */
  readonly shows: RegExp;
}

const run = async (program: string, args: readonly string[], cwd: string) =>
  (await execute(program, [...args], { cwd, maxBuffer: 1e8 })).stdout;

async function npmTarball(name: string, folder: string, scratch: string): Promise<void> {
  const packed = (await run('npm', ['pack', name, '--silent', '--pack-destination', scratch], scratch)).trim();
  await run('tar', ['-xzf', join(scratch, packed), '--strip-components=1', '-C', folder], scratch);
}

/** Debian's own sources, asked for with a list of sources made from the list of packages that the machine has. */
async function debianSource(name: string, folder: string, scratch: string): Promise<void> {
  const parts = join(scratch, 'sources');
  for (const made of [parts, join(scratch, 'lists', 'partial')]) await mkdir(made, { recursive: true });
  for (const file of [
    '/etc/apt/sources.list',
    ...(await readdir('/etc/apt/sources.list.d')).map((entry) => join('/etc/apt/sources.list.d', entry)),
  ]) {
    if (!existsSync(file)) continue;
    const text = (await readFile(file, 'utf8')).replace(/^Types: .*/gm, 'Types: deb-src').replace(/^deb /gm, 'deb-src ');
    await writeFile(join(parts, file.endsWith('sources.list') ? 'main.list' : (file.split('/').at(-1) ?? 'more.sources')), text);
  }
  const options = [
    '-qq',
    '-o',
    'Dir::Etc::SourceList=/dev/null',
    '-o',
    `Dir::Etc::SourceParts=${parts}`,
    '-o',
    `Dir::State::Lists=${join(scratch, 'lists')}`,
    '-o',
    'APT::Sandbox::User=root',
  ];
  await run('apt-get', [...options, 'update'], scratch);
  await run('apt-get', [...options, 'source', '--download-only', name], scratch);
  const archive = (await readdir(scratch)).find((file) => file.includes('.orig.tar.'));
  await run('tar', ['-xf', join(scratch, archive ?? 'missing'), '--strip-components=1', '-C', folder], scratch);
}

export const recipes: readonly Recipe[] = [
  {
    title: 'minimist (JavaScript, npm), with its own tests',
    needs: ['npm'],
    fetch: async (folder, scratch) => {
      await npmTarball('minimist@1.2.8', folder, scratch);
    },
    script: [
      'npm install --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error tape@5.9.0',
      'for file in test/*.js; do echo "== $file"; node "$file" | tee -a output.txt; done',
      "grep -cE '^ok ' output.txt > result.txt",
      "! grep -E '^not ok' output.txt",
    ].join('\n'),
    shows: /^\d{2,}$/m,
  },
  {
    title: 'core-js-pure (JavaScript, npm), thousands of files',
    needs: ['npm'],
    fetch: (folder, scratch) => npmTarball('core-js-pure@3.39.0', folder, scratch),
    script: [
      'find . -type f -not -path "./.git/*" -not -name result.txt | LC_ALL=C sort | xargs sha256sum | sha256sum > result.txt',
      'find . -type f -not -path "./.git/*" -not -name result.txt | wc -l | tee -a result.txt',
      `node -e "const c=require('./full');console.log([1,2,3].length, typeof c.Promise.try)" | tee -a result.txt`,
    ].join('\n'),
    shows: /^3[45]\d\d$/m,
  },
  {
    title: 'cJSON (C with CMake, Debian source package), with its own tests',
    needs: ['cmake', 'cc', 'apt-get'],
    fetch: (folder, scratch) => debianSource('cjson', folder, scratch),
    script: [
      'cmake -S . -B build -DCMAKE_BUILD_TYPE=Release -DENABLE_CJSON_TEST=On -DCMAKE_POLICY_VERSION_MINIMUM=3.5 > cmake.txt',
      'cmake --build build -j2',
      '(cd build && ctest --output-on-failure) | tee output.txt',
      "grep -E 'tests passed' output.txt > result.txt",
      'nm -D --defined-only build/libcjson.so | cut -d" " -f3 | LC_ALL=C sort >> result.txt',
    ].join('\n'),
    shows: /100% tests passed[\s\S]*cJSON_Parse/,
  },
  {
    title: 'google/uuid (Go module), with its own tests',
    needs: ['go'],
    fetch: async (folder, scratch) => {
      const { Dir } = JSON.parse(await run('go', ['mod', 'download', '-json', 'github.com/google/uuid@v1.6.0'], scratch)) as {
        Dir: string;
      };
      await cp(Dir, folder, { recursive: true });
      await run('chmod', ['-R', 'u+w', folder], scratch);
    },
    script: [
      'go vet ./...',
      'go test -count=1 -v ./... | tee output.txt',
      "grep -E '^--- PASS' output.txt | cut -d' ' -f3 | LC_ALL=C sort > result.txt",
    ].join('\n'),
    shows: /TestVersion7/,
  },
  {
    title: 'six (Python source archive), with its own tests',
    needs: ['python3', 'pip', 'pytest'],
    fetch: async (folder, scratch) => {
      await run('pip', ['download', '--quiet', '--no-deps', '--no-binary', ':all:', 'six==1.16.0'], scratch);
      await run('tar', ['-xzf', join(scratch, 'six-1.16.0.tar.gz'), '--strip-components=1', '-C', folder], scratch);
    },
    script: [
      "python3 -m pytest -q -p no:cacheprovider -k 'not dbm_ndbm' test_six.py | tee output.txt",
      "grep -oE '[0-9]+ passed' output.txt > result.txt",
      'python3 setup.py --version >> result.txt',
    ].join('\n'),
    shows: /\d+ passed\n1\.16\.0/,
  },
  {
    title: 'itoa (Rust crate), with its own tests',
    needs: ['cargo'],
    fetch: async (folder, scratch) => {
      await mkdir(join(scratch, 'shell', 'src'), { recursive: true });
      await writeFile(join(scratch, 'shell', 'src', 'lib.rs'), '');
      await writeFile(
        join(scratch, 'shell', 'Cargo.toml'),
        '[package]\nname = "shell"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\nitoa = "=1.0.14"\n',
      );
      await run('cargo', ['vendor', '--quiet', join(scratch, 'vendor')], join(scratch, 'shell'));
      await cp(join(scratch, 'vendor', 'itoa'), folder, { recursive: true });
    },
    script: [
      'cargo test --release --test test 2>&1 | tee output.txt',
      "grep -oE '^test [a-z0-9_]+ ... ok' output.txt | LC_ALL=C sort > result.txt",
      "sed -n 's/^version = //p' Cargo.toml | head -1 >> result.txt",
    ].join('\n'),
    shows: /test_u64_max \.\.\. ok[\s\S]*1\.0\.14/,
  },
  {
    title: 'commons-cli (Java, Maven artifact with sources)',
    needs: ['mvn', 'javac', 'jar', 'unzip'],
    fetch: async (folder, scratch) => {
      await run(
        'mvn',
        ['-q', '-B', 'dependency:copy', '-Dartifact=commons-cli:commons-cli:1.9.0:jar:sources', `-DoutputDirectory=${scratch}`],
        scratch,
      );
      await run('unzip', ['-q', join(scratch, 'commons-cli-1.9.0-sources.jar'), '-d', folder], scratch);
    },
    script: [
      'find . -name "*.java" -not -name package-info.java | LC_ALL=C sort > sources.txt',
      'javac -nowarn -d classes @sources.txt',
      'jar --create --file commons-cli.jar -C classes .',
      '(cd classes && find . -name "*.class" | LC_ALL=C sort | xargs sha256sum) > result.txt',
    ].join('\n'),
    shows: /DefaultParser\.class/,
  },
];
