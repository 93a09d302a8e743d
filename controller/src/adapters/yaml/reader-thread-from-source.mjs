// The reader's thread without a build: loads TypeScript by itself, since tsx does not reach into worker threads.
import { register } from 'tsx/esm/api';

register();
await import('./reader-thread.ts');
