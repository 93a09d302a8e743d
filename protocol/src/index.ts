export * from './shared/ids.js';
export * from './shared/schema.js';
export * from './shared/status.js';
export * from './shared/reasons.js';
export * from './shared/private-notes.js';
export * from './shared/problems.js';
export * from './shared/version.js';
