// The reader's thread without a build.
import { importSource } from '@drover/protocol/from-source';

await importSource(new URL('./reader-thread.ts', import.meta.url));
