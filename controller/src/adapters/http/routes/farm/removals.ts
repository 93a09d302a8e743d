import { Removals as RemovalsView } from '@drover/protocol/api';
import type { Removals } from '../../../../services/removal/removals.js';
import { json, route, type Route } from '../../route.js';

/** What has been deleted and is still being taken out of the store. */
export const removalRoutes = ({ removals }: { readonly removals: Pick<Removals, 'overview'> }): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/removals',
    operationId: 'listRemovals',
    summary: 'What has been deleted and is still being removed in the background',
    tag: 'operation',
    access: 'administrator',
    responses: { 200: { schema: RemovalsView } },
    handler: async () => json(200, await removals.overview()),
  }),
];
