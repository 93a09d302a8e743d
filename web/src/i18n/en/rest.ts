import { account, endpoints, members, projects, roles, settings, users } from './admin.js';
import { editor, problems, yaml } from './editor.js';
import { agents, packages } from './farm.js';
import { jobs, presets } from './jobs.js';
import { importing } from './pages.js';
import { history, log, run, runDialog, runEvents } from './run.js';
import { agentWords } from './words.js';

/** What all other pages and dialogs need; loaded with the first of them. */
export const rest = {
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
} as const;
