export { startEmbeddedStore, type EmbeddedStore, type EmbeddedStoreOptions } from './start.js';
export { restoreBackup } from './server/backup.js';
export { StoreDamaged, StoreError, StoreFolderUnwritable, StoreFormatNewer, StoreInUse, type StoreErrorCode } from './errors.js';
