import { sentencesOfAgents } from './of-agents.js';
import { sentencesOfDefinitions } from './of-definitions.js';
import { sentencesOfFields } from './of-fields.js';
import { sentencesOfRefusals } from './of-refusals.js';

/** Sentences of controller and agents, as they come, in Chinese. The first that fits is taken. */
export const sentences: Readonly<Record<string, string>> = {
  ...sentencesOfRefusals,
  ...sentencesOfDefinitions,
  ...sentencesOfAgents,
  ...sentencesOfFields,
};
