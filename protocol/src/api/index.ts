export * from './common.js';
export * from './accounts.js';
export * from './password-weakness.js';
export * from './projects.js';
export * from './runs.js';
export * from './pipelines.js';
export * from './packages.js';
export * from './agents.js';
