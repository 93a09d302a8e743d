export const projects = {
  title: 'Projects', new: 'New project', name: 'Name', role: 'Your role', pipelines: 'Pipelines', running: 'Running', failedToday: 'Failed today', lastRun: 'Last run', emptyTitle: 'No projects yet', emptyText: 'A project owns pipelines, jobs, endpoints and packages, and has its own members.', create: 'Create the project', created: 'Project {{name}} created', nameRule: '1 to 64 letters, digits, “_”; inside also space, “.” and “-”.', noRole: 'administrator', packages: 'Packages', jobs: 'Jobs', endpoints: 'Endpoints', members: 'Members and settings',
};

export const roles = { creator: 'Creator', manager: 'Manager', developer: 'Developer', tester: 'Tester', operations: 'Operations', participant: 'Participant', viewer: 'Viewer' };

export const members = {
  title: 'Members and settings', members: 'Members', add: 'Add a member', person: 'Person', personHint: 'Their user name', roles: 'Roles', change: 'Change the roles of {{name}}', removeTitle: 'Remove {{name}} from {{project}}?', removeText: 'They no longer see the project. What they made stays.', remove: 'Remove {{name}}', removed: '{{name}} is no longer a member', added: '{{name}} is a member', mayNot: 'Only the project’s creator and managers change members.',
  about: 'The project', deleteTitle: 'Delete project {{name}}?', deleteText: 'Its pipelines, jobs, endpoints, packages, runs and their logs go too. This can’t be undone.', typeName: 'Type {{name}} to confirm', delete: 'Delete the project', deleted: 'Project {{name}} deleted', rightsText: 'Developers, testers and operations run pipelines; developers change them; creators and managers do everything. Everyone here may view.',
};

export const endpoints = {
  title: 'Endpoints', new: 'New endpoint', edit: 'Edit {{name}}', name: 'Name', kind: 'Kind', url: 'Address', user: 'User', password: 'Password or access token', privateKey: 'SSH private key', knownHosts: 'Known hosts', git: 'Git', dockerRegistry: 'Docker registry', usedBy: 'Used by', credentials: 'Credentials', lastTest: 'Test', test: 'Test the connection', testNamed: 'Test {{name}}',
  emptyTitle: 'No endpoints yet', emptyText: 'An endpoint keeps the address and credentials of an outside service: a Git server to check out from, a Docker registry to pull from.', setBy: 'set by {{name}}, {{when}}', noCredentials: 'none', kept: 'Stays as it is. Type to replace it.', removeCredential: 'Remove what is stored', password_: 'password', privateKey_: 'SSH key', knownHosts_: 'known hosts',
  create: 'Create the endpoint', created: 'Endpoint {{name}} created', saved: 'Endpoint {{name}} saved', deleteTitle: 'Delete endpoint {{name}}?', deleteText: 'Its credentials are deleted with it.', deleteUsed: 'It is used by {{places}}.', delete: 'Delete the endpoint', deleted: 'Endpoint {{name}} deleted', took: '{{ms}} ms', gitUrlHint: 'https://, http:// or ssh://', registryUrlHint: 'https:// or http://', notUsed: 'nothing',
};

export const users = {
  title: 'Users', new: 'New user', name: 'User name', displayName: 'Display name', role: 'Role', administrator: 'Administrator', person: 'User', state: 'State', active: 'active', disabled: 'disabled', created: 'Created', create: 'Create the user', createdToast: 'User {{name}} created', password: 'First password', passwordHint: 'At least 10 characters. They choose their own when they first sign in.', edit: 'Edit {{name}}', newPassword: 'New password', newPasswordHint: 'Leave empty to keep it. All their sessions end.', administratorHint: 'Manages users, agents and settings, and sees all projects.', disabledHint: 'Can’t sign in; tokens stop working.', saved: 'User {{name}} saved', onlyAdministrators: 'Only administrators see the users.', language: 'Language',
};

export const settings = {
  title: 'Farm settings', approval: 'New agents wait for approval', approvalHint: 'An agent that registers takes no task until an administrator approves it.', logLimit: 'Log limit per attempt', logLimitHint: 'In megabytes. Past it a log is cut, with a visible note; the attempt goes on.', folders: 'Folders with local repositories', foldersHint: 'One absolute path a line. Pipelines may take repositories below these folders of the controller’s machine as source; empty allows none.', save: 'Save', saved: 'Settings saved', onlyAdministrators: 'Only administrators change the settings of the farm.',
};

export const account = {
  passwordRule: 'At least 10 characters.', title: 'Account', profile: 'Profile', password: 'Password', sessions: 'Sessions', tokens: 'API tokens', displayName: 'Display name', language: 'Language', languageHint: 'For new browsers and messages; this browser keeps what it shows.', userName: 'User name', saved: 'Saved', passwordChanged: 'Password changed; other sessions have ended',
  browser: 'Browser', address: 'Address', lastSeen: 'Last seen', expires: 'Expires', thisOne: 'this one', endSession: 'End', endNamed: 'End the session of {{browser}}', ended: 'Session ended', sessionsText: 'Where you are signed in. End what you do not know.',
  newToken: 'New token', tokenName: 'Name', scopes: 'May', read: 'read', write: 'change and run', administer: 'administer', days: 'Valid for days', daysHint: 'Empty: it does not expire.', createToken: 'Create the token', tokensText: 'For scripts and the command line. They act as you, within their scopes.', noTokens: 'No tokens yet', lastUsed: 'Last used', neverExpires: 'does not expire', revoke: 'Revoke', revokeTitle: 'Revoke {{name}}?', revokeText: 'Whatever uses it stops working at once.', revoked: 'Token revoked', secret: 'The token', done: 'Done', expired: 'expired',
};
