import type { People } from '../accounts/people.js';
import type { Access } from '../ports/access.js';
import type { SecretBox } from '../ports/definitions.js';
import type { Clock, Ids } from '../ports/environment.js';
import type { RunSummaries } from '../ports/run-summaries.js';
import type { SettingsReader } from '../ports/settings.js';
import type { Signals } from '../ports/signals.js';
import type { FavouriteStore, PipelineStore } from '../ports/stores/pipelines.js';
import type { Removals } from '../removal/removals.js';
import type { EndpointStore, JobStore, ProjectStore } from '../ports/stores/projects.js';

/** What the pipelines' use cases need of the world. */
export interface PipelinePorts {
  readonly pipelines: PipelineStore;
  readonly projects: ProjectStore;
  readonly jobs: JobStore;
  readonly endpoints: EndpointStore;
  readonly favourites: FavouriteStore;
  readonly people: People;
  readonly access: Access;
  readonly runs: RunSummaries;
  readonly secrets: SecretBox;
  readonly settings: SettingsReader;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly removals: Pick<Removals, 'pipeline'>;
}
