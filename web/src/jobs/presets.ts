import type { JobDefinition, Step } from '@drover/protocol/definition';

const checkout: Step = { type: 'checkout', name: 'Check out' };
const shell = (name: string, script: string): Step => ({ type: 'shell', name, script });
const upload = (files: string[], name: string): Step => ({
  type: 'uploadPackage',
  name: 'Upload',
  files,
  package: name,
  version: '${PIPELINE_NUMBER}',
});

const job = (name: string, labels: string[], steps: Step[], parameters: JobDefinition['parameters'] = []): JobDefinition => ({
  name,
  kind: 'build',
  parameters,
  steps: [checkout, ...steps],
  labels,
  executor: { type: 'shell' },
});

/** J4: ready-made jobs for common stacks, by the key of their description. They run as they are on an agent with the tools. */
export const jobPresets = {
  node: job(
    'node',
    ['node'],
    [shell('Install', 'npm ci'), shell('Build', 'npm run build --if-present'), shell('Test', 'npm test --if-present')],
  ),
  maven: job('maven', ['maven'], [shell('Build and test', 'mvn --batch-mode verify'), upload(['target/*.jar'], 'jar')]),
  gradle: job('gradle', ['java'], [shell('Build and test', './gradlew --no-daemon build'), upload(['build/libs/*.jar'], 'jar')]),
  python: job(
    'python',
    ['python'],
    [
      shell('Install', 'python3 -m venv .venv\n. .venv/bin/activate\npip install -r requirements.txt pytest'),
      shell('Test', '. .venv/bin/activate\npython -m pytest'),
    ],
  ),
  go: job(
    'go',
    ['go'],
    [
      shell('Vet', 'go vet ./...'),
      shell('Test', 'go test ./...'),
      shell('Build', 'mkdir -p bin\ngo build -o bin/ ./...'),
      upload(['bin'], 'binaries'),
    ],
  ),
  rust: job('rust', ['cargo'], [shell('Test', 'cargo test --locked'), shell('Build', 'cargo build --release --locked')]),
  cmake: job(
    'cmake',
    ['cmake'],
    [
      shell('Configure', 'cmake -S . -B build -DCMAKE_BUILD_TYPE=Release'),
      shell('Build', 'cmake --build build --parallel'),
      shell('Test', 'ctest --test-dir build --output-on-failure'),
    ],
  ),
  dockerImage: job(
    'docker-image',
    ['docker'],
    [shell('Build', 'docker build --tag "$IMAGE:$COMMIT_ID" .')],
    [{ name: 'IMAGE', type: 'string', value: 'app', runtime: true }],
  ),
  staticSite: job('static-site', ['node'], [shell('Build', 'npm ci\nnpm run build'), upload(['dist'], 'site')]),
} as const satisfies Readonly<Record<string, JobDefinition>>;

export type PresetName = keyof typeof jobPresets;

export const blankJob: JobDefinition = {
  name: '',
  kind: 'build',
  parameters: [],
  steps: [shell('Build', '')],
  labels: [],
  executor: { type: 'shell' },
};
