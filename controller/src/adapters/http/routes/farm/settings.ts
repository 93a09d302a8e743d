import { Settings } from '@drover/protocol/api';
import type { SettingsReader } from '../../../../services/ports/settings.js';
import { json, route, type Route } from '../../route.js';

const tag = 'settings';

export function settingsRoutes({
  settings,
}: {
  readonly settings: SettingsReader & { save(settings: Settings): Promise<Settings> };
}): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/settings',
      operationId: 'getSettings',
      summary: 'The farm’s settings',
      tag,
      access: 'administrator',
      responses: { 200: { schema: Settings } },
      handler: async () => json(200, await settings.read()),
    }),
    route({
      method: 'PUT',
      path: '/api/v1/settings',
      operationId: 'saveSettings',
      summary: 'Save the farm’s settings',
      tag,
      access: 'administrator',
      body: { kind: 'json', schema: Settings },
      responses: { 200: { schema: Settings } },
      handler: async ({ body }) => json(200, await settings.save(body)),
    }),
  ];
}
