export * from './spec.js';
export * from './messages.js';
export * from './link.js';
export * from './http.js';
export * from './registration.js';
export * from './uploads.js';
export * from './check.js';
