import type { Settings } from '@drover/protocol/api';
import type { Connection } from 'mongoose';
import type { AuditRecord, AuditTrail } from '../../../services/access/door.js';
import type { SettingsStore } from '../../../services/ports/settings.js';
import { Gathered } from './gathered.js';
import { insertEach } from './insert-missing.js';
import { anyText, checked, maybeText, number, recordsOf, text, type Records } from './records.js';

type StoredSettings =
  | { readonly _id: 'farm'; readonly schemaVersion: 1; readonly values: Settings }
  | { readonly _id: 'retention'; readonly schemaVersion: 1; readonly values: Required<Pick<Settings, 'retentionFrom'>> };

export const settingsRecords = (connection: Connection): Records<StoredSettings> =>
  recordsOf<StoredSettings>(connection, { collection: 'settings', fields: { values: checked }, indexes: [] });

export function createSettingsStore({ native }: Records<StoredSettings>): SettingsStore {
  return {
    load: async () => (await native.find().toArray()).reduce<Partial<Settings>>((all, { values }) => ({ ...all, ...values }), {}),
    save: async (values) => void (await native.updateOne({ _id: 'farm' }, { $set: { values, schemaVersion: 1 } }, { upsert: true })),
    noteRetention: async (retentionFrom) =>
      void (await native.updateOne(
        { _id: 'retention' },
        { $setOnInsert: { values: { retentionFrom }, schemaVersion: 1 } },
        { upsert: true },
      )),
  };
}

export const auditRecords = (connection: Connection): Records<AuditRecord> =>
  recordsOf<AuditRecord>(connection, {
    collection: 'audit',
    fields: {
      at: number,
      actor: checked,
      command: text,
      projectId: maybeText,
      target: checked,
      outcome: text,
      address: anyText,
      requestId: anyText,
    },
    indexes: [[{ projectId: 1, _id: -1 }]],
  });

/** Records that are written in the same turn share a command. */
export function createAuditTrail({ native }: Records<AuditRecord>): AuditTrail {
  const inserts = new Gathered((records: readonly AuditRecord[]) => insertEach(native, records));
  return { append: async (record) => void (await inserts.ask(record)) };
}
