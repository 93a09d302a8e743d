import type { Person } from './people.js';

/** Who may call an operation: written down here by hand, apart from the tables of the controller. */
type Rule =
  | 'public'
  | 'signedIn'
  | 'administrator'
  | 'agent'
  | 'view'
  | 'execute'
  | 'modify'
  | 'delete'
  | 'manage'
  | 'own'
  | 'managersOwn'
  | 'uploader';

// prettier-ignore
export const rules: Readonly<Record<string, Rule>> = {
  signIn: 'public',              registerAgent: 'public',         agentInstallScript: 'public',     agentPackage: 'public',
  healthz: 'public',             readyz: 'public',                openapi: 'public',                droverYamlSchema: 'public',
  currentSession: 'signedIn',    signOut: 'signedIn',             listSessions: 'signedIn',         me: 'signedIn',
  changeMe: 'signedIn',          changeMyPassword: 'signedIn',    listMyTokens: 'signedIn',         createMyToken: 'signedIn',
  listProjects: 'signedIn',      createProject: 'signedIn',       listPipelines: 'signedIn',        tallyPipelines: 'signedIn',     listQueue: 'signedIn',
  listAgents: 'signedIn',        getFarm: 'signedIn',             listRegistrationTokens: 'signedIn', createRegistrationToken: 'signedIn',
  endSession: 'own',             removeMyToken: 'own',            deleteRegistrationToken: 'managersOwn', getAgent: 'view',
  listUsers: 'administrator',    createUser: 'administrator',     changeUser: 'administrator',      getSettings: 'administrator',
  saveSettings: 'administrator', listRemovals: 'administrator',  deleteUser: 'administrator',       changeAgent: 'administrator',    approveAgent: 'administrator',    removeAgent: 'administrator',
  getProject: 'view',            changeProject: 'manage',         deleteProject: 'manage',          listMembers: 'view',
  addMember: 'manage',           setMember: 'manage',             removeMember: 'manage',           listJobs: 'view',
  createJob: 'modify',           getJob: 'view',                  saveJob: 'modify',                deleteJob: 'modify',
  listEndpoints: 'view',         createEndpoint: 'view',          getEndpoint: 'managersOwn',       saveEndpoint: 'managersOwn',
  deleteEndpoint: 'managersOwn', testEndpoint: 'managersOwn',     listRefs: 'modify',               createPipeline: 'modify',
  validatePipeline: 'view',      importPipeline: 'modify',        getPipeline: 'view',              savePipeline: 'modify',
  deletePipeline: 'delete',      deleteRun: 'delete',            favourPipeline: 'view',          unfavourPipeline: 'view',         exportPipeline: 'view',
  startRun: 'execute',           listRuns: 'view',                getRunByNumber: 'view',           getRun: 'view',
  stopRun: 'execute',            listRunEvents: 'view',           whyRunWaits: 'view',              listAttempts: 'view',
  getAttempt: 'view',            whyAttemptWaits: 'view',         readLog: 'view',                  downloadLog: 'view',
  readLogLines: 'view',          searchLog: 'view',               listPackages: 'view',             getPackageFolder: 'view',
  listPackageVersions: 'view',
  getPackage: 'view',            downloadPackage: 'view',         deletePackage: 'delete',          listRunPackages: 'view',
  downloadRunPackages: 'view',   createUpload: 'modify',          writeUpload: 'uploader',          getUpload: 'uploader',
  discardUpload: 'uploader',     completeUpload: 'uploader',      getSelf: 'agent',                 unregisterAgent: 'agent',
  createAgentUpload: 'agent',    writeAgentUpload: 'agent',       getAgentUpload: 'agent',          completeAgentUpload: 'agent',
};

const everybody = 'allowed';
type Expected = 401 | 403 | 404 | typeof everybody;

// prettier-ignore
const expected: Readonly<Record<Rule, Readonly<Record<'stranger' | 'viewer' | 'developer' | 'manager' | 'administrator', Expected>>>> = {
  public:        { stranger: everybody, viewer: everybody, developer: everybody, manager: everybody, administrator: everybody },
  signedIn:      { stranger: everybody, viewer: everybody, developer: everybody, manager: everybody, administrator: everybody },
  own:           { stranger: 404,       viewer: 404,       developer: 404,       manager: 404,       administrator: everybody },
  administrator: { stranger: 403,       viewer: 403,       developer: 403,       manager: 403,       administrator: everybody },
  agent:         { stranger: 401,       viewer: 401,       developer: 401,       manager: 401,       administrator: 401 },
  view:          { stranger: 404,       viewer: everybody, developer: everybody, manager: everybody, administrator: everybody },
  execute:       { stranger: 404,       viewer: 403,       developer: everybody, manager: everybody, administrator: everybody },
  modify:        { stranger: 404,       viewer: 403,       developer: everybody, manager: everybody, administrator: everybody },
  delete:        { stranger: 404,       viewer: 403,       developer: 403,       manager: everybody, administrator: everybody },
  manage:        { stranger: 404,       viewer: 403,       developer: 403,       manager: everybody, administrator: everybody },
  managersOwn:   { stranger: 404,       viewer: 404,       developer: 404,       manager: everybody, administrator: everybody },
  uploader:      { stranger: 404,       viewer: 403,       developer: 404,       manager: 404,       administrator: everybody },
};

/** Reading, though it is a POST. */
const reads = new Set(['validatePipeline']);

/** What a call of this person is to be answered with; `allowed`: anything but 401 and 403. */
export function expectedOf(
  rule: Rule,
  person: Person,
  { method, operationId }: { readonly method: string; readonly operationId: string },
): Expected {
  if (rule === 'public') return everybody;
  const isReading = method === 'GET' || reads.has(operationId);
  switch (person) {
    case 'nobody':
    case 'disabled':
      return 401;
    case 'agent':
      return rule === 'agent' ? everybody : 401;
    case 'managersReadToken':
      return isReading || rule === 'agent' ? expected[rule].manager : 403;
    case 'administratorsWriteToken':
      return rule === 'administrator' ? 403 : expected[rule].administrator;
    default:
      return expected[rule][person];
  }
}
