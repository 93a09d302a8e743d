import { account, endpoints, members, projects, roles, settings, users } from './admin.js';
import { common, states } from './common.js';
import { agents, packages } from './farm.js';
import { editor, problems } from './editor.js';
import { frame } from './frame.js';
import { jobs, presets } from './jobs.js';
import { importing, pipelines, signIn } from './pages.js';
import { history, log, run, runDialog, runEvents } from './run.js';
import { agentWords, reasons, triggerWords, words } from './words.js';

/** The English texts; Chinese has the same keys. */
export const english = { common, states, frame, signIn, pipelines, importing, editor, problems, jobs, presets, projects, roles, members, endpoints, users, settings, account, status: words, agentStatus: agentWords, trigger: triggerWords, reason: reasons, log, run, runEvents, history, runDialog, packages, agents } as const;
