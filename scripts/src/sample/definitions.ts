import type { JobDefinition, PipelineDefinition } from '@drover/protocol/definition';

const checkout = { type: 'checkout', name: 'Check out source' } as const;

export const helloJobs: readonly JobDefinition[] = [
  {
    name: 'hello-build',
    kind: 'build',
    description: 'Builds hello-service and keeps what it built as a package.',
    parameters: [{ type: 'string', name: 'VERSION', value: '0.0.0', runtime: true }],
    steps: [
      checkout,
      { type: 'shell', name: 'Build', script: 'npm run --silent build\n' },
      {
        type: 'uploadPackage',
        name: 'Upload package',
        files: ['dist/hello-service'],
        package: 'hello-service',
        version: '${VERSION}',
        directory: 'services',
      },
    ],
    labels: ['node', 'git'],
    executor: { type: 'shell' },
    timeoutSeconds: 300,
  },
  {
    name: 'hello-test',
    kind: 'build',
    description: 'Runs the tests of hello-service.',
    parameters: [],
    steps: [checkout, { type: 'shell', name: 'Test', script: 'npm test\n' }],
    labels: ['node', 'git'],
    executor: { type: 'shell' },
    timeoutSeconds: 300,
  },
  {
    name: 'hello-smoke',
    kind: 'build',
    description: 'Starts hello-service as it would run and asks it one question.',
    parameters: [],
    steps: [checkout, { type: 'shell', name: 'Ask the running service', script: smokeScript() }],
    labels: ['node', 'git'],
    executor: { type: 'shell' },
    timeoutSeconds: 300,
  },
];

export const helloPipeline = (repository: string): PipelineDefinition => ({
  name: 'hello-service',
  description: 'The sample: a small service that is tested, started, built and kept as a package.',
  sources: [{ type: 'git', alias: 'hello', url: repository, defaultBranch: 'main' }],
  parameters: [{ type: 'autoIncrement', name: 'VERSION', value: '1.0.0', runtime: true, description: 'version of the package' }],
  stages: [
    {
      key: 'verify',
      name: 'Verify',
      mode: 'parallel',
      tasks: [
        { key: 'test', name: 'Tests', type: 'build', job: 'hello-test' },
        { key: 'smoke', name: 'Smoke test', type: 'build', job: 'hello-smoke' },
      ],
    },
    {
      key: 'package',
      name: 'Package',
      mode: 'serial',
      tasks: [{ key: 'build', name: 'Build and package', type: 'build', job: 'hello-build', parameters: { VERSION: '${VERSION}' } }],
    },
  ],
});

export const droverJob: JobDefinition = {
  name: 'drover-agent-package',
  kind: 'build',
  description: 'Installs, checks and packages the agent of Drover from its own source.',
  parameters: [{ type: 'string', name: 'VERSION', value: '0.1.0', runtime: true }],
  steps: [
    checkout,
    { type: 'shell', name: 'Install and build', script: 'npm run build\n' },
    { type: 'shell', name: 'Check', script: 'npm run check\n' },
    { type: 'shell', name: 'Show the package', script: 'ls -l scripts/dist-pack\ncat scripts/dist-pack/drover-agent.tgz.sha256\n' },
    {
      type: 'uploadPackage',
      name: 'Upload package',
      files: ['scripts/dist-pack/drover-agent.tgz'],
      package: 'drover-agent',
      version: '${VERSION}',
      directory: 'drover',
    },
  ],
  labels: ['node', 'git'],
  executor: { type: 'shell' },
  timeoutSeconds: 3_600,
};

export const droverPipeline = (repository: string, branch: string): PipelineDefinition => ({
  name: 'drover',
  description: 'Drover by itself: the clone that this farm was started from.',
  sources: [{ type: 'git', alias: 'drover', url: repository, defaultBranch: branch }],
  parameters: [{ type: 'autoIncrement', name: 'VERSION', value: '0.1.0', runtime: true }],
  stages: [
    {
      key: 'agent',
      name: 'Agent',
      mode: 'serial',
      tasks: [
        { key: 'package', name: 'Check and package', type: 'build', job: 'drover-agent-package', parameters: { VERSION: '${VERSION}' } },
      ],
    },
  ],
});

function smokeScript(): string {
  return [
    "export PORT=$(node -e \"const s=require('net').createServer().listen(0,'127.0.0.1',()=>{console.log(s.address().port);s.close()})\")",
    'node src/server.js & service=$!',
    "trap 'kill $service' EXIT",
    'for try in 1 2 3 4 5 6 7 8 9 10; do',
    '  if answer=$(node -e "fetch(\'http://127.0.0.1:$PORT/hello?name=Drover\').then(r=>r.text()).then(t=>console.log(t),()=>process.exit(1))"); then break; fi',
    '  sleep 0.2',
    'done',
    'echo "the service says: $answer"',
    'case "$answer" in *"Hello, Drover."*) ;; *) echo "that is not what it should say"; exit 1 ;; esac',
    '',
  ].join('\n');
}
