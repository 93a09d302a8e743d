export const frame = {
  skip: 'Skip to the content', main: 'Main', pipelines: 'Pipelines', projects: 'Projects', agents: 'Agents', more: 'More', packages: 'Packages', jobs: 'Jobs', endpoints: 'Endpoints', members: 'Members and settings',
  favourites: 'Favourites', project: 'Project', chooseProject: 'Choose a project', find: 'Search or jump to', fold: 'Fold the sidebar', unfold: 'Unfold the sidebar',
  slotsBusy: '{{busy}} of {{slots}} slots busy', queued: '{{count}} queued', live: 'Live', connecting: 'Connecting', offline: 'Offline',
  language: '切换到中文', theme: 'Change between light and dark', person: 'Signed in as {{name}}', account: 'Account, sessions and tokens', users: 'Users', settings: 'Farm settings', signOut: 'Sign out', keys: 'Keyboard', breadcrumb: 'Breadcrumb',
  goTo: 'Go to', found: 'Pipelines', nothing: 'Nothing found', keysAnywhere: 'Anywhere', keysHere: 'On this page', singleKeys: 'Single keys work when nothing is being typed', openPalette: 'Search or jump to', showKeys: 'All keys', focusSearch: 'Search in the page',
};
