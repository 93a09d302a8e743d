// The store thread without a build.
import { importSource } from '@drover/protocol/from-source';

await importSource(new URL('./store-thread.ts', import.meta.url));
