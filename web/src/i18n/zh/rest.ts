import type { rest as english } from '../en/rest.js';
import type { Translated } from '../index.js';
import { account, endpoints, members, projects, roles, settings, users } from './admin.js';
import { editor, problems, yaml } from './editor.js';
import { agents, packages } from './farm.js';
import { jobs, presets } from './jobs.js';
import { importing } from './pages.js';
import { history, log, run, runDialog, runEvents } from './run.js';
import { agentWords } from './words.js';

export { sentences } from './sentences/index.js';

export const rest: Translated<typeof english> = {
  importing,
  editor,
  problems,
  yaml,
  jobs,
  presets,
  projects,
  roles,
  members,
  endpoints,
  users,
  settings,
  account,
  agentStatus: agentWords,
  log,
  run,
  runEvents,
  history,
  runDialog,
  packages,
  agents,
};
