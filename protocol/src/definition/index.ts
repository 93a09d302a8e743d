export * from './names.js';
export * from './parameters.js';
export * from './jobs.js';
export * from './pipelines.js';
