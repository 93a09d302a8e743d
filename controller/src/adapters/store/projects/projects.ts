import type { Connection } from 'mongoose';
import { deletedNameKey, type ProjectRecord } from '../../../domain/projects/project.js';
import type { ProjectStore } from '../../../services/ports/stores/projects.js';
import { anyText, checked, isDuplicate, maybeNumber, number, recordsOf, text, type Records } from '../shared/records.js';

export const projectRecords = (connection: Connection): Records<ProjectRecord> =>
  recordsOf<ProjectRecord>(connection, {
    collection: 'projects',
    fields: {
      name: text,
      nameKey: text,
      description: anyText,
      members: checked,
      createdAt: number,
      createdBy: text,
      deletedAt: maybeNumber,
    },
    indexes: [[{ nameKey: 1 }, { unique: true }], [{ 'members.userId': 1 }]],
  });

const alive = { deletedAt: { $exists: false } };

export function createProjectStore({ native, insert }: Records<ProjectRecord>): ProjectStore {
  return {
    insert: async (project) => ((await insert(project)) === 'inserted' ? 'inserted' : 'nameTaken'),
    byId: async (projectId) => (await native.findOne({ _id: projectId, ...alive })) ?? undefined,
    ofMember: (userId) => native.find({ 'members.userId': userId, ...alive }).toArray(),
    idsOfMember: async (userId) =>
      (await native.find({ 'members.userId': userId, ...alive }, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id),
    all: () => native.find(alive).sort({ nameKey: 1 }).toArray(),
    async change(projectId, change) {
      try {
        if (Object.keys(change).length === 0) return (await native.findOne({ _id: projectId, ...alive })) ? 'changed' : 'missing';
        return (await native.updateOne({ _id: projectId, ...alive }, { $set: change })).matchedCount === 1 ? 'changed' : 'missing';
      } catch (error) {
        if (isDuplicate(error)) return 'nameTaken';
        throw error;
      }
    },
    async setMember(projectId, member) {
      const changed = await native.updateOne(
        { _id: projectId, ...alive, 'members.userId': member.userId },
        { $set: { 'members.$.roles': member.roles } },
      );
      if (changed.matchedCount === 1) return true;
      const added = await native.updateOne(
        { _id: projectId, ...alive, 'members.userId': { $ne: member.userId } },
        { $push: { members: member } },
      );
      return added.matchedCount === 1;
    },
    removeMember: async (projectId, userId) =>
      (
        await native.updateOne(
          { _id: projectId, ...alive, createdBy: { $ne: userId }, 'members.userId': userId },
          { $pull: { members: { userId } } },
        )
      ).modifiedCount === 1,
    removePerson: async (userId) => void (await native.updateMany({ 'members.userId': userId }, { $pull: { members: { userId } } })),
    remove: async (projectId, at) =>
      (await native.updateOne({ _id: projectId, ...alive }, { $set: { deletedAt: at, nameKey: deletedNameKey(projectId) } }))
        .modifiedCount === 1,
  };
}
