// Which way imports go (docs/architecture.md): one rule a line of it.
const tests = '\\.(test|contract|child)\\.tsx?$|/testing/|/testing\\.ts$';
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    {
      name: 'protocol-imports-nobody',
      severity: 'error',
      from: { path: '^protocol/src' },
      to: { path: '^(controller|agent|web|scripts|e2e)/' },
    },
    {
      name: 'controller-agent-web-apart',
      severity: 'error',
      from: { path: '^(controller|agent|web)/src', pathNot: tests },
      to: { path: '^(controller|agent|web|scripts|e2e)/', pathNot: ['^$1/', '^controller/embedded-store/src/index'] },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: '^controller/src/domain', pathNot: tests },
      to: { pathNot: ['^controller/src/domain', '^protocol/'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'domain-no-node',
      severity: 'error',
      from: { path: '^controller/src/domain', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'services-below-adapters',
      severity: 'error',
      from: { path: '^controller/src/services', pathNot: tests },
      to: { path: '^controller/src/(shared|adapters|compose|main|config)' },
    },
    {
      name: 'services-no-drivers',
      severity: 'error',
      from: { path: '^controller/src/services', pathNot: tests },
      to: { path: 'node_modules/(express|socket\\.io|mongoose|mongodb)/' },
    },
    {
      name: 'shared-below-adapters',
      severity: 'error',
      from: { path: '^controller/src/shared', pathNot: tests },
      to: { path: '^controller/src/', pathNot: '^controller/src/shared/' },
    },
    {
      name: 'adapters-apart',
      severity: 'error',
      from: { path: '^controller/src/adapters/([^/]+)/', pathNot: tests },
      to: { path: '^controller/src/adapters/([^/]+)/', pathNot: '^controller/src/adapters/$1/' },
    },
    {
      name: 'compose-above-adapters',
      severity: 'error',
      from: { path: '^controller/src/(domain|services|adapters)', pathNot: tests },
      to: { path: '^controller/src/(compose|main)' },
    },
    {
      name: 'calls-by-the-outgoing-client', // lint forbids `fetch` and the callers of node:http
      severity: 'error',
      from: { path: '^(protocol|controller|agent|scripts)/', pathNot: [tests, '/bench', '^protocol/src/outgoing/'] },
      to: {
        path: [
          '^(node:)?(https|http2|tls|inspector)$',
          'node_modules/(undici|axios|got|node-fetch|superagent|proxy-agent|https?-proxy-agent)/',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'sockets-by-the-link',
      severity: 'error',
      from: { path: '^(protocol|controller|agent|scripts)/', pathNot: [tests, '/bench', '^agent/src/link/(socket|unmasked-websocket)'] },
      to: { path: 'node_modules/(socket\\.io-client|engine\\.io-client|ws)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'outgoing-client-on-node-only',
      severity: 'error',
      from: { path: ['^web/', '^protocol/src/(?!outgoing/)'], pathNot: '\\.test\\.tsx?$' },
      to: { path: '^protocol/src/outgoing/' },
    },
    {
      name: 'store-by-its-door',
      severity: 'error',
      from: { path: '^controller/src', pathNot: tests },
      to: { path: '^controller/embedded-store/src/', pathNot: '^controller/embedded-store/src/index' },
    },
    {
      name: 'product-imports-no-tests',
      severity: 'error',
      from: { pathNot: [tests, '^e2e/', '/bench'] },
      to: { path: ['\\.(test|contract)\\.tsx?$', '/src/(outgoing/)?testing/'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^virtual:' } },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: ['/dist/', '\\.css$', '\\.(svg|png|woff2?)$'] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
    tsConfig: { fileName: 'tsconfig.base.json' },
  },
};
